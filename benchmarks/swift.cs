#!/usr/bin/env dotnet
#:project ../src/Phosphene.Evidence/Phosphene.Evidence.csproj
#:property RestorePackagesWithLockFile=false

// A recipe against lucid, unit by unit in turn: the objective of the picture as it is, the same under transforms that no recipe optimizes for, and the time; and the place of the class in class pictures under a second network.
//
//     dotnet run -c Release benchmarks/swift.cs -- swift googlenet.onnx resnet18.onnx squeezenet.onnx imagenet.txt
//
// The recipe is a preset or a file. resnet18.onnx is what samples/imagenet.cs writes; the others are BVLC GoogLeNet and SqueezeNet 1.1 of the ONNX model zoo, whose classes imagenet.txt names.

using System.Diagnostics;
using System.Globalization;
using Phosphene.Evidence.Quality;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Recipe recipe = Recipe.Presets.TryGetValue(args[0], out Recipe? preset) ? preset : Recipe.Load(args[0]);
string[] ofGoogLeNet =
[
    "conv2/3x3:50", "inception_3a/output:33", "inception_3a/output:201", "inception_3b/output:55", "inception_3b/output:310", "inception_4a/output:97", "inception_4a/output:143", "inception_4b/output:300",
    "inception_4b/output:465", "inception_4c/output:300", "inception_4c/output:9", "inception_4d/output:12", "inception_4d/output:479", "inception_4e/output:55", "inception_4e/output:700", "inception_5a/output:9",
    "inception_5b/output:200", "logit(207)", "logit(779)", "logit(94)",
];
string[] ofResNet = ["ReLU269_Output_0:10", "ReLU283_Output_0:20", "ReLU301_Output_0:40", "ReLU315_Output_0:40", "ReLU333_Output_0:100", "ReLU347_Output_0:100", "ReLU365_Output_0:30", "ReLU365_Output_0:301", "ReLU379_Output_0:77", "ReLU393_Output_0:300"];

Labels labels = Labels.Load(args[4]);
using Model judging = Model.Load(args[3], new ModelOptions { Labels = labels });
using var judge = new ClassRank(judging);
List<(double Value, double HeldOut, double Time)> ratios = [];
Console.WriteLine($"{"unit",-28} {"lucid",9} {args[0],9} {"ratio",6} | held out {"ratio",6} |  time | rank");
foreach ((string file, string[] units) in new[] { (args[1], ofGoogLeNet), (args[2], ofResNet) })
{
    using Model model = Model.Load(file, file == args[1] ? new ModelOptions { Labels = labels } : null);
    foreach (string unit in units)
    {
        Objective objective = Objective.Parse(unit);
        (PictureQuality Quality, double Seconds) lucid = Of(model, objective, Recipe.Lucid), other = Of(model, objective, recipe);
        (double Value, double HeldOut, double Time) ratio = (other.Quality.Value / lucid.Quality.Value, other.Quality.HeldOut / lucid.Quality.HeldOut, other.Seconds / lucid.Seconds);
        ratios.Add(ratio);
        Console.WriteLine($"{unit,-28} {lucid.Quality.Value,9:G4} {other.Quality.Value,9:G4} {ratio.Value,6:0.000} | {"",8} {ratio.HeldOut,6:0.000} | {ratio.Time,5:0.000} | {(other.Quality.Rank is { } rank ? $"{lucid.Quality.Rank} and {rank}" : "")}");
    }
}
Console.WriteLine($"median of {ratios.Count}: objective {Median(ratios.Select(ratio => ratio.Value)):0.000}, held out {Median(ratios.Select(ratio => ratio.HeldOut)):0.000}, time {Median(ratios.Select(ratio => ratio.Time)):0.000}; mean: objective {ratios.Average(ratio => ratio.Value):0.000}, held out {ratios.Average(ratio => ratio.HeldOut):0.000}; short by more than 5 %: {ratios.Count(ratio => ratio.Value < 0.95)}, at all: {ratios.Count(ratio => ratio.Value < 1)}");

(PictureQuality Quality, double Seconds) Of(Model model, Objective objective, Recipe by)
{
    var watch = Stopwatch.StartNew();
    using var ascent = new Ascent(model, by, objective);
    while (!ascent.IsDone) ascent.Advance();
    Picture picture = ascent.Pictures()[0];
    double seconds = watch.Elapsed.TotalSeconds;
    using var meter = new QualityMeter(model, objective, picture.Height, picture.Width, judge: judge);
    return (meter.Of(picture), seconds);
}

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
