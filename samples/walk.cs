#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// An aligned walk from one unit to another. Each image of the batch wants a little less of the one and a little more of the other. All images have one
// spectrum in common and only a small one of their own, so that neighbours show the same thing in the same place.
//
//     dotnet run -c Release samples/walk.cs [-- MODEL PICTURE.png OBJECTIVE OBJECTIVE]

using Phosphene;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Visualization;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
string file = args.ElementAtOrDefault(1) ?? "walk.png";
Objective from = Objective.Parse(args.ElementAtOrDefault(2) ?? "conv3/relu:12");
Objective to = Objective.Parse(args.ElementAtOrDefault(3) ?? "conv3/relu:5");

const int Frames = 6;
var walk = Objective.Each([.. Enumerable.Range(0, Frames).Select(i => Objective.Lerp(from, to, i / (Frames - 1f)))]);
var recipe = Recipe.Lucid.For(height: 96, width: 96) with { Batch = Frames, Parameterization = new Shared(new Fourier()), Steps = 256 };
Picture.Tile(new Visualizer(model, recipe).Render(walk).Pictures, columns: Frames, gap: 2).Save(file);

/// <summary>Each image has the spectrum common + 0.3 · own.</summary>
internal sealed record Shared(Fourier Fourier) : IParameterization
{
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        Tensor own = Fourier.Build(image, seed).Parameters[0].Values;                           // [2, N, C, H, W / 2 + 1]
        Tensor common = Fourier.Build(image.With(0, 1), seed + 1).Parameters[0].Values;         // [2, 1, C, H, W / 2 + 1]
        Tensor images = Fourier.Image(common + 0.3f * own, image.Width);
        return new ParameterizedImage(images, new ImageParameter(own, batchAxis: 1), new ImageParameter(common, batchAxis: null));
    }
}
