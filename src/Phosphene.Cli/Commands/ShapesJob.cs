using System.Diagnostics;
using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Runtime.Files;
using Phosphene.Shapes.Datasets;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="ShapesCommand"/>.</summary>
internal sealed record ShapesJob(Terminal Terminal)
{
    private const int ExamplesOnSheet = 3;

    public string? Output { get; init; }

    public string? Sheet { get; init; }

    public int? Count { get; init; }

    public required int Size { get; init; }

    public required ulong Seed { get; init; }

    public required int Channels { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run() => (Output, Sheet) switch
    {
        ({ } folder, null) => WriteFolder(folder),
        (null, { } file) => WriteSheet(file),
        (null, null) => throw new UsageException("There is nothing to write; give -o DIR for the dataset or --sheet FILE.png for a picture of its classes."),
        _ => throw new UsageException("-o DIR and --sheet FILE.png are two things to write; give one at a time."),
    };

    private int WriteFolder(string path)
    {
        ShapesDataset dataset = Dataset(Count ?? 24_000);
        OutputFile.RequireFolder(path);
        var folder = ShapesFolder.Open(dataset, path);
        var clock = Stopwatch.StartNew();
        int existing = dataset.Count - folder.Missing, written = 0;
        try
        {
            using Progress? progress = folder.Missing > 0 ? Terminal.Progress(folder.Missing, Quiet, "image") : null;
            folder.Write(done =>
            {
                written = done;
                progress?.Report(done);
            }, Threads, Terminal.Interruption.Token);
        }
        catch (OutputFileException error)
        {
            throw new OutputFileException($"{error.Message} {Reached()}", error);
        }
        bool interrupted = written < folder.Missing;
        if (Json) JsonOutput.Write(Terminal.Output, Report(folder, written, clock.Elapsed.TotalSeconds, interrupted));
        else if (!Quiet && !interrupted)
            Terminal.Output.WriteLine($"{path}: {dataset} in {ShapeClass.Count} classes: {string.Join(", ", Splits(dataset).Select(split => $"{split.Count} {split.Name}"))}{(existing > 0 ? $"; {existing} were there already" : "")}.");
        if (!interrupted) return ExitCode.Success;
        Terminal.Error.WriteLine($"phosphene: Interrupted. {Reached()}");
        return Terminal.Interruption.Code;

        string Reached() => $"{existing + written} of {dataset.Count} images are in '{path}'; the same command writes the others.";
    }

    private JsonObject Report(ShapesFolder folder, int written, double seconds, bool interrupted) => new()
    {
        ["folder"] = folder.Path,
        ["seed"] = Seed,
        ["size"] = Size,
        ["channels"] = Channels,
        ["classes"] = ShapeClass.Count,
        ["count"] = folder.Dataset.Count,
        ["splits"] = new JsonObject(Splits(folder.Dataset).Select(split => KeyValuePair.Create(split.Name, (JsonNode?)split.Count))),
        ["written"] = written,
        ["existing"] = folder.Dataset.Count - folder.Missing,
        ["seconds"] = Math.Round(seconds, 3),
        ["interrupted"] = interrupted,
    };

    private int WriteSheet(string file)
    {
        if (Count is not null) throw new UsageException("--count is for the dataset that -o writes; a sheet has as many images as it needs.");
        OutputFile.Require(file);
        Picture sheet = ShapesSheet.Of(Dataset(ExamplesOnSheet * ShapeClass.Count), ExamplesOnSheet);
        sheet.Save(file);
        if (Json)
            JsonOutput.Write(Terminal.Output, new JsonObject
            {
                ["sheet"] = file,
                ["seed"] = Seed,
                ["size"] = Size,
                ["channels"] = Channels,
                ["classes"] = ShapeClass.Count,
                ["examples"] = ExamplesOnSheet,
            });
        else if (!Quiet) Terminal.Output.WriteLine($"{file}: {ExamplesOnSheet} examples of {ShapeClass.Count} classes; rows are line, square, circle and triangle, each single, double and filled.");
        return ExitCode.Success;
    }

    private ShapesDataset Dataset(int count) => new(Seed, Size, Channels, count);

    private static IEnumerable<(string Name, int Count)> Splits(ShapesDataset dataset) =>
        Enum.GetValues<ShapesSplit>().Select(split => (ShapesFolder.NameOf(split), dataset.Split(split).Count));
}
