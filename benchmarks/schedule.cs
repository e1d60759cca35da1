#!/usr/bin/env dotnet
#:property RestorePackagesWithLockFile=false

// How long a sweep takes as an array of tasks on several nodes, simulated from the times that its batches took in one process: with slow nodes, tasks that are killed, and tasks that are requeued.
//
//     dotnet run -c Release benchmarks/schedule.cs -- FOLDER TIMES LONGER START NODES:TASKS...
//     dotnet run -c Release benchmarks/schedule.cs -- channels 40 1 2.5 1:1 64:64 64:256 1000:1000
//
// FOLDER is what one 'phosphene sweep' has made in one go, or the part of it that is done: when the records were written tells what each batch took. TIMES is how many such sweeps there are to do, LONGER how much longer a batch takes than there (16 where the sweep
// had 8 steps and not 128), START the seconds that a task takes before its first batch.
// Times of a batch are those measured, and the first of a layer takes longer by what compiling it takes, which each task pays for each layer that it has a batch of.

using System.Globalization;
using System.Text.Json;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Together = 4;                                              // pictures of a batch
const double Dispatch = 0.5, Hold = 120, Patience = 15;              // seconds: from a free place to a task that starts; Slurm's before it starts a requeued one; ours before the queue is asked
(string folder, int times, double longer, double start) = (args[0], int.Parse(args[1]), double.Parse(args[2]), double.Parse(args[3]));

(string Layer, DateTime End)[] records = [.. File.ReadLines(Path.Combine(folder, "units.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
    .Select(unit => (Layer: $"{unit.GetProperty("layer").GetString()} {unit.GetProperty("make").GetString()}", File: Path.Combine(folder, unit.GetProperty("record").GetString()!)))
    .Where(unit => File.Exists(unit.File)).Select(unit => (unit.Layer, File.GetLastWriteTimeUtc(unit.File)))];
DateTime before = File.GetLastWriteTimeUtc(Path.Combine(folder, "sweep.json"));
var layers = new List<(double Compile, double[] Batches)>();
foreach (var layer in records.GroupBy(record => record.Layer))
{
    double[] took = [.. layer.Chunk(Together).Select(batch => { DateTime end = batch.Max(record => record.End), from = before; before = end; return (end - from).TotalSeconds; })];
    double usual = took.Skip(1).Order().ElementAtOrDefault((took.Length - 1) / 2) is var median && median > 0 ? median : took[0];
    layers.Add((Math.Max(0, took[0] - usual), [.. took[1..].Prepend(Math.Min(took[0], usual)).Select(time => longer * time)]));
}
// Layer by layer, as in the plan; of several sweeps each layer has as many times its batches.
(int Layer, double Time)[] batches = [.. layers.SelectMany((layer, place) => Enumerable.Repeat(layer.Batches, times).SelectMany(all => all).Select(time => (place, time)))];
double work = batches.Sum(batch => batch.Time);
Console.WriteLine($"{records.Length * times} units in {batches.Length} batches of {layers.Count} layers: {Text(work)} of work, {work / batches.Length:0.00} s a batch; compiling takes {layers.Sum(layer => layer.Compile):0.0} s, a start {start:0.0} s");
Console.WriteLine($"{"nodes",5} {"tasks",5}  {"",-38} {"ideal",9} {"takes",9} {"times",6} {"wasted",7}");

foreach (string pair in args[4..])
{
    int[] numbers = [.. pair.Split(':').Select(int.Parse)];
    (string Name, double Slow, double Killed, double Requeued)[] weathers =
    [
        ("undisturbed", 0, 0, 0), ("a tenth of the nodes half as fast", 0.1, 0, 0), ("a task killed in ten node hours", 0, 0.1, 0), ("a task requeued in ten node hours", 0, 0, 0.1), ("all of that", 0.1, 0.1, 0.1),
    ];
    foreach (var weather in weathers)
    {
        // The mean of some, for what happens happens by chance.
        (double Takes, double Wasted)[] runs = [.. Enumerable.Range(0, 20).Select(seed => Simulate(numbers[0], numbers[1], weather.Slow, weather.Killed / 3600, weather.Requeued / 3600, new Random(seed)))];
        double ideal = work / numbers[0], takes = runs.Average(run => run.Takes);
        Console.WriteLine($"{numbers[0],5} {numbers[1],5}  {weather.Name,-38} {Text(ideal),9} {Text(takes),9} {takes / ideal,6:0.00} {runs.Average(run => run.Wasted),7:0.0%}");
    }
}

// How long it takes until all is done, and which part of the nodes' time until then made no picture that stayed. Rates are a second of a running task's time.
(double Takes, double Wasted) Simulate(int nodes, int tasks, double slow, double killed, double requeued, Random random)
{
    double[] speed = [.. Enumerable.Range(0, nodes).Select(_ => random.NextDouble() < slow ? 0.5 : 1)];
    var left = Enumerable.Range(0, tasks).Select(task => new Queue<(int Layer, double Time)>(batches.Where((_, number) => number % tasks == task))).ToArray();
    double now = 0;
    for (int round = 0; left.Any(queue => queue.Count > 0); round++)
    {
        if (round > 0) now += Patience;
        // Tasks that wait, by the time from which they may run, and places, by the time from which they are free.
        var waiting = new PriorityQueue<int, (double From, int Task)>(Enumerable.Range(0, tasks).Where(task => left[task].Count > 0).Select(task => (task, (now, task))));
        var free = new PriorityQueue<int, (double From, int Node)>(Enumerable.Range(0, nodes).Select(node => (node, (now, node))));
        double last = now;
        while (waiting.TryDequeue(out int task, out var ready))
        {
            free.TryDequeue(out int node, out var place);
            double at = Math.Max(ready.From, place.From) + Dispatch, dies = at + Chance(killed), moves = at + Chance(requeued), ends = Math.Min(dies, moves);
            double time = at + start / speed[node];
            int layer = -1;
            while (left[task].TryPeek(out var batch))
            {
                double done = time + (batch.Time + (batch.Layer == layer ? 0 : layers[batch.Layer].Compile)) / speed[node];
                if (done > ends) { time = ends; break; }             // the batch in hand is lost
                (time, layer) = (done, batch.Layer);
                left[task].Dequeue();
            }
            if (left[task].Count > 0 && moves < dies) waiting.Enqueue(task, (time + Hold, task));
            free.Enqueue(node, (time, node));
            last = Math.Max(last, time);
        }
        now = last;
    }
    return (now, 1 - work / (now * nodes));

    double Chance(double rate) => rate > 0 ? -Math.Log(1 - random.NextDouble()) / rate : double.PositiveInfinity;
}

static string Text(double seconds) => seconds < 600 ? $"{seconds:0.0} s" : seconds < 36_000 ? $"{seconds / 60:0.0} min" : $"{seconds / 3600:0.0} h";
