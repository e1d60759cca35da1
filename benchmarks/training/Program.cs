// Training steps a second of the models of the shapes data: the counterpart of torch_train.py.
//   dotnet run -c Release -- [--model classifier|autoencoder] [--batch 32] [--threads 2] [--seconds 8] [--kernels]
using System.Globalization;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Training;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string Option(string name, string absent) => Array.IndexOf(args, name) is >= 0 and int at && at + 1 < args.Length ? args[at + 1] : absent;
string name = Option("--model", "classifier");
int batch = int.Parse(Option("--batch", "32")), threads = int.Parse(Option("--threads", Environment.ProcessorCount.ToString()));
double seconds = double.Parse(Option("--seconds", "8"));

var model = new TrainableModel(name, seed: 1);
using var backend = new Backend(threads);
using var trainer = new Trainer(model, Models.Loss(name, model, batch), new Frozen(), new TrainingSettings(long.MaxValue, LearningRate.Constant(1e-3f)) { ReportEvery = 1 }, backend: backend);
using var end = new CancellationTokenSource();
var times = new List<double>();
try
{
    trainer.Run(report =>
    {
        if (report.Elapsed.TotalSeconds > seconds) end.Cancel();
        times.Add(1000 * batch / report.ExamplesPerSecond);
    }, end.Token);
}
catch (OperationCanceledException)
{
    double[] warm = [.. times.Skip(times.Count / 4).Order()];
    Console.WriteLine($"phosphene {name}, batch {batch}, {threads} threads: median {warm[warm.Length / 2]:0.000} ms a step, fastest {warm[0]:0.000}");
}

if (!args.Contains("--kernels")) return;
// The fastest of many runs of each kernel: what others do on the machine only makes them slower.
double[] least = [.. trainer.Plan.Kernels.Select(_ => double.PositiveInfinity)];
for (int run = 0; run < 200; run++)
{
    var spent = new double[least.Length];
    trainer.Plan.Run(spent);
    for (int i = 0; i < least.Length; i++) least[i] = Math.Min(least[i], spent[i]);
}
foreach ((PlanKernel kernel, double time) in trainer.Plan.Kernels.Zip(least).OrderByDescending(pair => pair.Second).Take(60))
    Console.WriteLine($"{1e6 * time,8:0.0} us {(kernel.Operations > 0 ? $"{kernel.Operations / time / 1e9,6:0.0} GFLOP/s" : "              ")}  {kernel.Name}  {kernel.Choice}");
Console.WriteLine($"{1e6 * least.Sum(),8:0.0} us in {least.Length} kernels");
