using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Runtime.Training;
using Phosphene.Shapes.Training;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="TrainCommand"/>.</summary>
internal sealed record TrainJob(Terminal Terminal)
{
    public required string Model { get; init; }

    public required string Output { get; init; }

    public int? Steps { get; init; }

    public required ulong Seed { get; init; }

    public int? Size { get; init; }

    public bool Grey { get; init; }

    /// <summary>After how many steps the model is written as it is, again and again; null for only at the end.</summary>
    public int? KeepEvery { get; init; }

    public bool Resume { get; init; }

    public string? Metrics { get; init; }

    public string? Sheet { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    private CheckpointFile Checkpoint => new(Terminal, Output, Resume);

    public int Run()
    {
        if (!ShapesTraining.Names.Contains(Model))
        {
            string question = NearestNames.Question(Model, ShapesTraining.Names);
            throw new UsageException($"There is no model '{Model}' to train{(question.Length > 0 ? $"{question} There" : "; there")} are {string.Join(", ", ShapesTraining.Names)}.");
        }
        ShapesTraining training = ShapesTraining.Of(Model, Seed, Steps, Size ?? 48, Grey ? 1 : 3);
        string[] models = [.. training.Endings.Select(FileOf)], written = Sheet is null ? models : [.. models, Sheet];
        foreach (string file in models) OutputFile.Require(file, ".onnx", "models are written as ONNX");
        if (Sheet is not null && !training.IsAutoencoder) throw new UsageException($"--sheet shows what an autoencoder makes of images; {Model} makes none.");
        if (Sheet is not null) OutputFile.Require(Sheet);
        if (Metrics is not null) OutputFile.Require(Metrics, ".jsonl", "metrics are written as lines of JSON");
        Checkpoint.Require();

        var settings = new TrainingSettings(training.Steps, training.LearningRate) { CheckpointPath = Checkpoint.Path, MetricsPath = Metrics };
        if (KeepEvery % settings.ReportEvery > 0) throw new UsageException($"--keep-every is a multiple of {settings.ReportEvery} steps; got {KeepEvery}.");
        using var backend = new Backend(Threads);
        using Trainer trainer = training.Start(settings, backend);
        Checkpoint.Continue(trainer);
        bool interrupted;
        IReadOnlyDictionary<string, double>? test;
        try
        {
            interrupted = !Train(training, trainer, backend);
            test = interrupted ? null : training.Evaluate(backend: backend);
            if (!interrupted) Write(training, backend);
        }
        catch (OutputFileException error) when (Checkpoint.Exists)
        {
            throw Checkpoint.WithWhatIsKept(error);
        }
        string[] files = interrupted ? [] : written;
        if (Json) JsonOutput.Write(Terminal.Output, Report(training, trainer, test, files, interrupted));
        else if (!Quiet && test is not null) Terminal.Output.WriteLine($"{string.Join(", ", files)}: {training.Steps} steps; on the test images {Numbers(test)}.");
        return interrupted ? Checkpoint.Interrupted(trainer.Step, training.Steps) : ExitCode.Success;
    }

    private bool Train(ShapesTraining training, Trainer trainer, Backend backend)
    {
        using Progress? progress = Terminal.Progress(training.Steps, Quiet, done: trainer.Step);
        return Checkpoint.Run(trainer, report =>
        {
            progress?.Report(report.Step, [("loss", report.SmoothedLoss), .. report.Metrics.Select(metric => (Plain(metric.Key), metric.Value))]);
            if (report.Step % KeepEvery == 0)
                foreach ((string ending, OnnxExport model) in training.Models(backend)) model.Write(FileOf($".step-{report.Step:00000}{ending}"));
        });
    }

    // The checkpoint goes only when all files are there.
    private void Write(ShapesTraining training, Backend backend)
    {
        foreach ((string ending, OnnxExport model) in training.Models(backend)) model.Write(FileOf(ending));
        if (Sheet is not null) training.Reconstructions(backend).Save(Sheet);
        Checkpoint.Delete();
    }

    private string FileOf(string ending) => ending.Length == 0 ? Output : $"{Path.ChangeExtension(Output, null)}{ending}.onnx";

    private JsonObject Report(ShapesTraining training, Trainer trainer, IReadOnlyDictionary<string, double>? test, string[] files, bool interrupted) => new()
    {
        ["model"] = Model,
        ["seed"] = Seed,
        ["steps"] = training.Steps,
        ["stepsDone"] = trainer.Step,
        ["loss"] = JsonOutput.Number(trainer.Loss),
        ["test"] = test is null ? null : new JsonObject(test.Select(metric => KeyValuePair.Create(metric.Key, JsonOutput.Number(metric.Value)))),
        ["files"] = JsonOutput.Texts(files),
        ["interrupted"] = interrupted,
    };

    // A name in camel case as words: "squaredError" as "squared error".
    private static string Plain(string name) => string.Concat(name.Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : letter.ToString()));

    // Numbers by name, for people: "loss 0.031, accuracy 0.992".
    private static string Numbers(IEnumerable<KeyValuePair<string, double>> numbers) =>
        string.Join(", ", numbers.Select(number => string.Create(CultureInfo.InvariantCulture, $"{Plain(number.Key)} {number.Value:G4}")));
}
