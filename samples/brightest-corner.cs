#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// An objective of one's own: what excites a channel in the upper left corner of the image, and leaves it cold in the lower right one?
// No gradient is written; the graph derives it.
//
//     dotnet run samples/brightest-corner.cs -- model.onnx corner.png [LAYER CHANNEL]

using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

string path = args[0], file = args[1], layer = args.Length > 2 ? args[2] : "fire6/concat";
int channel = args.Length > 3 ? int.Parse(args[3]) : 33;

using Model model = Model.Load(path);

var corner = Objective.From("upper left, not lower right", t =>
{
    var map = t[layer].Channel(channel);
    return map.Slice(y: ..3, x: ..3).Mean() - map.Slice(y: ^3.., x: ^3..).Abs().Mean();
});

// The ascent is a lazy sequence: the caller decides when to look, and when to stop.
var recipe = Recipe.Lucid with { Steps = 64, Height = 160, Width = 128, Seed = 7 };
foreach (AscentStep step in new Visualizer(model, recipe).Ascend(corner - 1e-4f * Objective.TotalVariation()))
{
    if (step.Index is 1 or 16 or 32 or 64) Console.WriteLine($"step {step.Index,2}: {step.Value,8:F2}");
    if (step.Index == recipe.Steps) step.Pictures()[0].Save(file);
}
Console.WriteLine($"Saved {file}.");
