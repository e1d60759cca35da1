#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// A caricature: an image that a layer finds like a photo, only more so. The dot product of the layer's activations, a, with those of the photo, p, is
// maximized, and all the more where they point the same way: (a · p) · max(0.1, a · p / |a|)². Source: Lucid's caricature.
//
//     dotnet run -c Release samples/caricature.cs [-- MODEL PICTURE.png LAYER PHOTO]

using Phosphene;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
string file = args.ElementAtOrDefault(1) ?? "caricature.png", layer = args.ElementAtOrDefault(2) ?? "conv3/relu",
    path = args.ElementAtOrDefault(3) ?? "samples/shapes.png";

const int Height = 96, Width = 144;
var photo = model.Activate(Picture.Load(path), Height, Width);        // constants: computed once, when the ascent begins

var caricature = Objective.From("caricature", t =>
{
    Tensor a = t[layer], p = photo[layer];                           // both [1, C, H, W]
    Tensor dot = (a * p).Sum(), length = a.Square().Sum().Sqrt() + 1e-6f;
    return dot * Tensor.Max(dot / length, Tensor.Constant(0.1f)).Square();
});

// The transforms of Distill give the image back at its own size, so that both sides have as many positions.
var recipe = Recipe.Distill.For(Height, Width) with { Steps = 256 };
model.Visualize(caricature, recipe).Save(file);
