using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Priors;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Training;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="DenoiserCommand"/>.</summary>
internal sealed record DenoiserJob(Terminal Terminal)
{
    /// <summary>The height and width of the parts of images that it learns from, in pixels: more than twice what an output pixel sees.</summary>
    public const int Side = 40;

    // Some 100 MB.
    private const int Crops = 20_000;

    public required string Images { get; init; }

    public required int Size { get; init; }

    public required float Deviation { get; init; }

    public bool Grey { get; init; }

    public required string Output { get; init; }

    public required int Steps { get; init; }

    public required ulong Seed { get; init; }

    public bool Resume { get; init; }

    public string? Metrics { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    private CheckpointFile Checkpoint => new(Terminal, Output, Resume);

    public int Run()
    {
        OutputFile.Require(Output, ".onnx", "models are written as ONNX");
        Checkpoint.Require();
        if (Metrics is not null) OutputFile.Require(Metrics, ".jsonl", "metrics are written as lines of JSON");
        Dataset images = InputDataset.Open(Images);
        long start = Stopwatch.GetTimestamp();
        ImageCrops? crops;
        using (Progress? reading = Terminal.Progress(images.Files.Count, Quiet, "image"))
            crops = ImageCrops.Of(images, Size, Side, Crops, Seed, done => reading?.Report(done), Terminal.Interruption.Token);
        if (crops is null)
        {
            Terminal.Error.WriteLine("phosphene: Interrupted; nothing was written.");
            return Terminal.Interruption.Code;
        }
        SkippedImages.Warn(Terminal, crops.Skipped);
        var training = new DenoiserTraining(crops, Deviation, Grey ? 1 : 3, Steps, Seed);
        using var backend = new Backend(Threads);
        using Trainer trainer = training.Start(new TrainingSettings(Steps, training.LearningRate) { CheckpointPath = Checkpoint.Path, MetricsPath = Metrics }, backend);
        Checkpoint.Continue(trainer);
        IReadOnlyDictionary<string, double>? test = null;
        try
        {
            if (Train(trainer))
            {
                test = training.Evaluate(backend);
                training.Export().Write(Output);
                Checkpoint.Delete();
            }
        }
        catch (OutputFileException error) when (Checkpoint.Exists)
        {
            throw Checkpoint.WithWhatIsKept(error);
        }
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (Json) WriteJson(trainer, crops, test, seconds);
        else if (!Quiet && test is not null)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Output}: {Steps} steps in {seconds:0} s; of noise of {Deviation} it leaves {test["noiseLeft"]:0.0 %} in images that it has not seen; use it as denoiser('{Output}')."));
        return test is null ? Checkpoint.Interrupted(trainer.Step, Steps) : ExitCode.Success;
    }

    private bool Train(Trainer trainer)
    {
        using Progress? progress = Terminal.Progress(Steps, Quiet, done: trainer.Step);
        return Checkpoint.Run(trainer, report => progress?.Report(report.Step, [("noise left", Math.Sqrt(report.SmoothedLoss))]));
    }

    private void WriteJson(Trainer trainer, ImageCrops crops, IReadOnlyDictionary<string, double>? test, double seconds) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = test is null ? null : Output,
        ["noise"] = JsonOutput.Number((double)(decimal)Deviation),
        ["channels"] = Grey ? 1 : 3,
        ["parts"] = crops.Count,
        ["seed"] = Seed,
        ["steps"] = Steps,
        ["stepsDone"] = trainer.Step,
        ["loss"] = JsonOutput.Number(trainer.Loss),
        ["test"] = test is null ? null : new JsonObject(test.Select(metric => KeyValuePair.Create(metric.Key, JsonOutput.Number(metric.Value)))),
        ["skipped"] = SkippedImages.Json(crops.Skipped),
        ["seconds"] = Math.Round(seconds, 2),
        ["interrupted"] = test is null,
    });
}
