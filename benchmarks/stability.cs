#!/usr/bin/env dotnet
#:project ../src/Phosphene.Evidence/Phosphene.Evidence.csproj
#:property RestorePackagesWithLockFile=false

// Whether pictures recur, over units of GoogLeNet at an even stride from inception_3a to 5b: 4 seeds each, 128 pixels, 96 steps. A pair of one unit should be more alike than a pair of different units; noise should not recur.
//
//     dotnet run -c Release benchmarks/stability.cs -- googlenet.onnx 40

using System.Globalization;
using Phosphene.Evidence.Stability;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Numerics;
using Phosphene.Visualization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int side = 128, seeds = 4;
using Model model = Model.Load(args[0]);
int count = int.Parse(args[1]);
(string Layer, int Channels)[] layers = [.. new[] { "3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b" }.Select(name => $"inception_{name}/output").Select(layer => (layer, model.LayerShape(layer)!.Channels))];
(string Layer, Objective Objective)[] units = [.. Enumerable.Range(0, count).Select(i => Unit((int)((i + 0.5) * layers.Sum(layer => layer.Channels) / count)))];
Recipe recipe = Recipe.Swift.WithSteps(96).For(side, side) with { Batch = seeds };
IReadOnlyList<Picture>[] pictures = [.. units.GroupBy(unit => unit.Layer).SelectMany(layer => new Visualizer(model, recipe).RenderEach(layer.Select(unit => unit.Objective)).Select(rendering => rendering.Pictures))];

using var meter = new RecurrenceMeter(model);
List<double> same = [], different = [], sameLayer = [];
for (int i = 0; i < count; i++)
{
    UnitRecurrence all = Of(i, pictures[i], _ => true), near = Of(i, pictures[i], other => units[other].Layer == units[i].Layer);
    same.AddRange(all.Same);
    different.AddRange(all.Baseline);
    sameLayer.AddRange(near.Baseline);
    Print($"{units[i].Objective}", all);
}
foreach ((string name, float spread) in new[] { ("noise", 1f), ("faint noise", 0.1f) })
    for (int i = 0; i < count; i += Math.Max(1, count / 4)) Print($"{name} for {units[i].Objective}", Of(i, [.. Enumerable.Range(0, seeds).Select(seed => Noise((ulong)(seed + 10 * i), spread))], _ => true));
Console.WriteLine($"probability that a pair of one unit is more alike than one of different units: {UnitRecurrence.AucOf(same, different):0.000}; of different units of one layer: {UnitRecurrence.AucOf(same, sameLayer):0.000}");

(string, Objective) Unit(int at)
{
    int layer = 0;
    while (at >= layers[layer].Channels) at -= layers[layer++].Channels;
    return (layers[layer].Layer, Objective.Channel(layers[layer].Layer, at));
}

UnitRecurrence Of(int unit, IReadOnlyList<Picture> own, Func<int, bool> isBaseline) =>
    meter.Of(units[unit].Objective, own, [.. Enumerable.Range(0, count).Where(other => other != unit && isBaseline(other)).SelectMany(other => pictures[other])]);

static void Print(string name, UnitRecurrence unit) =>
    Console.WriteLine($"{name,-42} {unit.Median,6:0.00} alike, others {unit.BaselineMedian,5:0.00}, needs {unit.Threshold:0.00}, AUC {unit.Auc:0.000}, excited {unit.Excitation:0.00}: {unit.Words}, {string.Join(" + ", unit.Facets)}");

static Picture Noise(ulong seed, float spread)
{
    var stream = new RandomStream(seed, 0, "noise");
    return Picture.FromPlanar([.. Enumerable.Range(0, 3 * side * side).Select(i => 0.5f + spread * (stream.Uniform(i) - 0.5f))], 3, side, side);
}
