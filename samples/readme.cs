#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// The program that the README shows.
//
//     dotnet run -c Release samples/readme.cs

using Phosphene;                                                       // enough for the first picture
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

using var model = FeatureVisualization.Open("embedded:shapes");        // or a file: "googlenet.onnx"
model.Visualize("logit('rainbow double circle')").Save("circle.png");  // the ten-second version

// Any composition of activations is an objective. No gradient is written; the graph derives it.
var corner = Objective.From("upper left", t => t["conv3/relu"].Channel(5).Slice(y: ..3, x: ..3).Mean());
foreach (var step in new Visualizer(model, Recipe.Lucid with { Seed = 7 }).Ascend(corner - 1e-4f * Objective.TotalVariation()))
    if (step.Index is 16 or 512) step.Save($"corner-{step.Index}.png");  // lazy: stop, show or save whenever you like
