#!/usr/bin/env dotnet
#:project ../../src/Phosphene.Evidence/Phosphene.Evidence.csproj
#:property RestorePackagesWithLockFile=false

// How well the paths through a network tell pictures from photos: for each of some classes, photos of it that the paths were not measured on against pictures that were made for it. Prints the numbers of docs/paths.md.
//
//     dotnet run -c Release docs/gallery/paths.cs -- GOOGLENET.onnx PHOTOS [CLASS...]
//
// The photos of a class are the 32 of the folder that excite it most, every second one to measure the paths on and the others held out; of ImageNet's 1,000 classes with a photo each, most show its neighbours: other dogs for a
// dog. Takes half an hour on two cores.

using System.Globalization;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Paths;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

int[] classes = args.Length > 2 ? [.. args[2..].Select(text => int.Parse(text, CultureInfo.InvariantCulture))] : [1, 94, 130, 207, 281, 340, 407, 530, 779, 949];
const int Nearest = 32, Others = 48, Seeds = 2;
using Model model = Model.Load(args[0], new ModelOptions { Preprocessing = Preprocessing.Parse("caffe") });
Dataset photos = Dataset.Open(args[1]);
Objective[] units = [.. classes.Select(number => Objective.Logit(number))];
var meter = new PathMeter(model);
NearestImages nearest = NearestImages.Find(model, units, photos, Nearest)!;
HashSet<string> taken = [.. nearest.Of.SelectMany(found => found.Select(image => image.File))];
string[] rest = [.. photos.Files.Where(file => !taken.Contains(file))];
IReadOnlyList<ImagePath> others = meter.Of(new DatasetPart(photos, [.. Enumerable.Range(0, Others).Select(i => rest[i * rest.Length / Others])]))!;

// By preset: of each held-out photo and each picture the similarity in every layer, and over all.
var visualizers = new Dictionary<string, Visualizer>
{
    ["swift"] = new(model, Recipe.Swift with { Batch = Seeds }),
    ["lucid"] = new(model, Recipe.Lucid with { Batch = Seeds }),
};
var natural = new List<PathSimilarity>();
Dictionary<string, List<PathSimilarity>> made = visualizers.ToDictionary(entry => entry.Key, _ => new List<PathSimilarity>());
for (int u = 0; u < units.Length; u++)
{
    string[] files = [.. nearest.Of[u].Select(image => image.File)];
    var paths = new NaturalPaths(meter.Of(new DatasetPart(photos, [.. files.Where((_, i) => i % 2 == 0)]))!, others);
    natural.AddRange(meter.Of(new DatasetPart(photos, [.. files.Where((_, i) => i % 2 == 1)]))!.Select(paths.Of));
    foreach ((string preset, Visualizer visualizer) in visualizers)
        made[preset].AddRange(meter.Of([.. visualizer.Render(units[u]).Pictures]).Select(paths.Of));
    Console.Error.WriteLine($"{units[u]}: {string.Join(", ", made.Select(entry => $"{entry.Key} {entry.Value.TakeLast(Seeds).Average(s => s.Overall):0.00}"))}, photos {natural.TakeLast(Nearest / 2).Average(s => s.Overall):0.00}");
}

Console.WriteLine($"| Layer | photos | {string.Join(" | ", made.Keys.Select(preset => $"{preset} | AUC"))} |");
Console.WriteLine($"|---|---|{string.Concat(made.Keys.Select(_ => "---|---|"))}");
for (int l = 0; l < meter.Layers.Count; l++) Row(meter.Layers[l].Name, s => s.Layers[l].Similarity);
int from = meter.Layers.Count / 4, to = 3 * meter.Layers.Count / 4;
Row($"**middle half** ({meter.Layers[from].Name} to {meter.Layers[to - 1].Name})", s => Mean(s.Layers.Skip(from).Take(to - from).Where(layer => double.IsFinite(layer.Similarity)).Select(layer => layer.Similarity)));
Row("**all**", s => s.Overall);

void Row(string name, Func<PathSimilarity, double> value) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {Mean(natural.Select(value)):0.00} | {string.Join(" | ", made.Values.Select(of => string.Create(CultureInfo.InvariantCulture, $"{Mean(of.Select(value)):0.00} | {Auc(natural, of, value):0.00}")))} |"));

static double Mean(IEnumerable<double> values) => values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();

// How often a photo is more similar than a picture; a half where both are equal.
static double Auc(IEnumerable<PathSimilarity> photos, IEnumerable<PathSimilarity> pictures, Func<PathSimilarity, double> value) => Mean(
    photos.Select(value).Where(double.IsFinite).SelectMany(a => pictures.Select(value).Where(double.IsFinite).Select(b => a > b ? 1.0 : a < b ? 0 : 0.5)));
