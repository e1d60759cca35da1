#!/usr/bin/env dotnet
#:project ../src/Phosphene.Atlas/Phosphene.Atlas.csproj
#:property RestorePackagesWithLockFile=false

// A sweep of channels of a layer, from the first compilation to the last file, against the bare steps of 'phosphene bench' at the same batch: how much of that rate a sweep keeps up. Both take turns in one run, so
// that what else the machine does meets both.
//
//     dotnet run -c Release benchmarks/sweep.cs -- googlenet.onnx inception_3a/output 128 128 256

using System.Diagnostics;
using System.Globalization;
using Phosphene.Atlas.Sweeps;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Visualization;

const int BatchesInTurn = 4, BenchSteps = 40;
(string file, string layer) = (args[0], args[1]);
int[] numbers = [.. args[2..].Select(text => int.Parse(text, CultureInfo.InvariantCulture))];
(int size, int steps, int channels) = (numbers[0], numbers[1], numbers[2]);
using Model model = Model.Load(file);

Recipe bare = Recipe.Distill.For(size, size) with { Steps = int.MaxValue, RedirectSteps = 0, Batch = Visualizer.MostTogether };
using var ascent = new Ascent(model, bare, Objective.Channel(layer, 0));
for (int i = 0; i < BenchSteps; i++) ascent.Advance();

string folder = Directory.CreateTempSubdirectory("phosphene-sweep-").FullName;
try
{
    var benches = new List<double>();
    var sweeps = new List<double>();
    var clock = Stopwatch.StartNew();
    var plan = new SweepPlan(model, Recipe.Swift with { Steps = steps, Height = size, Width = size }, [(layer, _ => Enumerable.Range(0, channels))], [SweepMake.Channel]);
    plan.Save(folder);
    int batches = 0;
    double since = 0, whole = 0;
    // Asked before each batch.
    bool NextTurn()
    {
        if (batches++ % BatchesInTurn != 0 || batches == 1) return false;
        Turn(BatchesInTurn);
        return false;
    }
    void Turn(int made)
    {
        clock.Stop();
        sweeps.Add((clock.Elapsed.TotalMilliseconds - since) / (made * steps));
        since = clock.Elapsed.TotalMilliseconds;
        benches.Add(Bench());
        clock.Start();
    }
    if (!new Sweep(plan, folder).Run(Shard.Whole, stop: NextTurn)) throw new InvalidOperationException("The sweep was not done.");
    whole = clock.Elapsed.TotalMilliseconds;
    Turn((batches - 1) % BatchesInTurn + 1);
    double sweep = whole / (batches * steps), bench = benches.Average();
    Write($"{batches} batches of {Visualizer.MostTogether} channels, {steps} steps at {size} x {size}: {whole / 1e3:0.0} s in all, {sweep:0.00} ms a step with everything; bench {bench:0.00} ms a step (mean of {benches.Count} turns, each the median of {BenchSteps} steps)");
    Write($"the sweep keeps up {bench / sweep:0.000} of the rate; turn by turn, the first with its compilation: {string.Join(' ', benches.Zip(sweeps, (b, s) => (b / s).ToString("0.00", CultureInfo.InvariantCulture)))}");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

double Bench()
{
    var times = new double[BenchSteps];
    for (int i = 0; i < times.Length; i++)
    {
        long start = Stopwatch.GetTimestamp();
        ascent.Advance();
        times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
    Array.Sort(times);
    return times[times.Length / 2];
}

static void Write(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
