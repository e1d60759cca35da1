#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// A parameterization of one's own: a kaleidoscope. Another parameterization makes a quarter of the image, here a CPPN, a small network that makes a colour of the place of a pixel; mirrors make the rest.
//
//     dotnet run -c Release samples/cppn.cs [-- MODEL PICTURE.png OBJECTIVE]

using Phosphene;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
string file = args.ElementAtOrDefault(1) ?? "cppn.png", objective = args.ElementAtOrDefault(2) ?? "logit('rainbow double circle')";
var recipe = Recipe.Lucid.For(height: 64, width: 64) with { Parameterization = new Kaleidoscope(new Cppn()), Optimizer = new Adam(0.004f), Steps = 256 };
model.Visualize(objective, recipe).Save(file);

internal sealed record Kaleidoscope(IParameterization Quarter) : IParameterization
{
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        var quarter = new Shape(image.Batch, image.Channels, (image.Height + 1) / 2, (image.Width + 1) / 2);
        return Quarter.Build(quarter, seed).Map(x => Mirrored(Mirrored(x, 2, image.Height), 3, image.Width));
    }

    // Half of the rows, or columns, and then the same backwards.
    private static Tensor Mirrored(Tensor half, int axis, int extent) => half.Pick(axis, [.. Enumerable.Range(0, extent).Select(i => Math.Min(i, extent - 1 - i))]);
}
