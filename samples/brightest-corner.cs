#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj

// An objective of one's own: what excites a channel in the upper left corner of the image, and leaves it cold in the lower right one?
// No gradient is written; the graph derives it.
//
//     dotnet run -c Release samples/brightest-corner.cs [-- MODEL PICTURE.png LAYER CHANNEL]

using Phosphene;
using Phosphene.Objectives;
using Phosphene.Recipes;

using var model = FeatureVisualization.Open(args.ElementAtOrDefault(0) ?? "embedded:shapes");
string file = args.ElementAtOrDefault(1) ?? "corner.png", layer = args.ElementAtOrDefault(2) ?? "conv3/relu";
int channel = int.Parse(args.ElementAtOrDefault(3) ?? "0");

var corner = Objective.From("upper left, not lower right", t =>
{
    var map = t[layer].Channel(channel);                             // [N, 1, H, W]
    int h = map.Shape.Height / 2, w = map.Shape.Width / 2;
    return map.Slice(y: ..h, x: ..w).Mean() - map.Slice(y: ^h.., x: ^w..).Mean();
});

var recipe = Recipe.Lucid.For(height: 96, width: 128) with { Seed = 7 };
model.Visualize(corner - 1e-5f * Objective.TotalVariation(), recipe).Save(file);
