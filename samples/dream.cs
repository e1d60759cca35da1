#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// A start from a photo: the image begins as the photo, and a layer finds in it more and more of what it looks for (DeepDream).
//
//     dotnet run -c Release samples/dream.cs [-- MODEL PICTURE.png LAYER PHOTO]

using Phosphene;
using Phosphene.Images;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Recipes;
using Phosphene.Transforms;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
string file = args.ElementAtOrDefault(1) ?? "dream.png", layer = args.ElementAtOrDefault(2) ?? "conv3/relu",
    path = args.ElementAtOrDefault(3) ?? "samples/shapes.png";

Picture photo = Picture.Load(path);
double scale = Math.Min(1, 320.0 / Math.Max(photo.Height, photo.Width));

// Few steps, and small ones, or nothing of the photo is left.
var recipe = new Recipe
{
    Start = new ImageReference(path),
    Height = (int)(scale * photo.Height),
    Width = (int)(scale * photo.Width),
    Steps = 96,
    Optimizer = new Adam(0.05f),
    Transforms = Pipeline.Of(new Jitter(4)),
};
model.Visualize(Objective.DeepDream(layer), recipe).Save(file);
