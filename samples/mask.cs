#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// A mask: only an ellipse in the middle of the photo may change. What the optimizer changes is a parameterization of one's own, made of another.
//
//     dotnet run -c Release samples/mask.cs [-- MODEL PICTURE.png OBJECTIVE PHOTO]

using Phosphene;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
string file = args.ElementAtOrDefault(1) ?? "mask.png", objective = args.ElementAtOrDefault(2) ?? "conv3/relu:5",
    path = args.ElementAtOrDefault(3) ?? "samples/shapes.png";

const int Height = 96, Width = 144;
Tensor photo = model.Activate(Picture.Load(path), Height, Width).Image;

// 1 in the middle, falling to 0 at the border of the ellipse.
var mask = new float[Height * Width];
for (int y = 0; y < Height; y++)
    for (int x = 0; x < Width; x++)
    {
        float fromMiddle = float.Hypot((y - Height / 2f) / 40, (x - Width / 2f) / 60);
        mask[y * Width + x] = Math.Clamp(5 * (1 - fromMiddle), 0, 1);
    }

var inside = new Inside(new Fourier(), photo, Tensor.Constant(new Shape(1, 1, Height, Width), mask));
model.Visualize(objective, Recipe.Lucid.For(Height, Width) with { Parameterization = inside, Steps = 256 }).Save(file);

/// <summary>image = photo · (1 - mask) + x · mask, with x the image of another parameterization.</summary>
internal sealed record Inside(IParameterization Other, Tensor Photo, Tensor Mask) : IParameterization
{
    public ParameterizedImage Build(Shape image, ulong seed) => Other.Build(image, seed).Map(x => Photo * (1 - Mask) + x * Mask);
}
