#!/usr/bin/env dotnet
#:project ../src/Phosphene/Phosphene.csproj
#:property RestorePackagesWithLockFile=false

// Sixteen channels of a layer in one batch: what a step costs against a batch of sixteen equal ones, and what each reaches against what it reaches alone, as means over some seeds.
//
//     dotnet run -c Release benchmarks/batch.cs -- googlenet.onnx inception_4c/output 256 3

using System.Diagnostics;
using System.Globalization;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

const int Images = 16;
(string file, string layer, int steps, int seeds) = (args[0], args[1], int.Parse(args[2], CultureInfo.InvariantCulture), int.Parse(args[3], CultureInfo.InvariantCulture));
using Model model = Model.Load(file);
Recipe alone = Recipe.Lucid with { Steps = steps, Height = 128, Width = 128 };
Objective[] channels = [.. Enumerable.Range(0, Images).Select(n => Objective.Channel(layer, 20 * n + 9))];

(double Different, double Equal)[] rounds = [.. Enumerable.Range(0, 5).Select(_ => (Step(Objective.Each(channels)), Step(channels[0])))];
Write($"a step of {Images} channels takes {Median(rounds.Select(round => round.Different / round.Equal)):0.000} times one of {Images} equal ones (median of {rounds.Length})");

var reached = new double[Images];
var reachedAlone = new double[Images];
for (ulong seed = 0; seed < (ulong)seeds; seed++)
{
    double[] values = Reached(alone with { Seed = seed, Batch = Images }, Objective.Each(channels));
    for (int n = 0; n < Images; n++)
    {
        reached[n] += values[n] / seeds;
        reachedAlone[n] += Reached(alone with { Seed = seed }, channels[n])[0] / seeds;
    }
}
for (int n = 0; n < Images; n++) Write($"{channels[n]}: {reached[n]:0.00} in the batch, {reachedAlone[n]:0.00} alone, {reached[n] / reachedAlone[n]:0.000} times");
Write($"mean {Enumerable.Range(0, Images).Average(n => reached[n] / reachedAlone[n]):0.000}, least {Enumerable.Range(0, Images).Min(n => reached[n] / reachedAlone[n]):0.000}");

double Step(Objective objective)
{
    using var ascent = new Ascent(model, alone with { Batch = Images, RedirectSteps = 0 }, objective);
    for (int i = 0; i < 5; i++) ascent.Advance();
    var watch = Stopwatch.StartNew();
    for (int i = 0; i < 15; i++) ascent.Advance();
    return watch.Elapsed.TotalSeconds;
}

double[] Reached(Recipe recipe, Objective objective)
{
    using var ascent = new Ascent(model, recipe, objective);
    while (ascent.StepsDone < steps) ascent.Advance();
    return [.. ascent.CleanValues()];
}

static double Median(IEnumerable<double> values) => values.Order().ElementAt(values.Count() / 2);
static void Write(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
