using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Models;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="ExamplesCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record ExamplesJob(Terminal Terminal)
{
    public required string Model { get; init; }

    public required IReadOnlyList<string> Units { get; init; }

    public required string Images { get; init; }

    public required string Output { get; init; }

    public required ExampleOptions Options { get; init; }

    public string? Page { get; init; }

    public string? Sheet { get; init; }

    public string? Preprocess { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        OutputFile.Require(Output, ".sqlite", "an index is an SQLite database");
        if (Page is not null) OutputFile.Require(Page, ".html", "pages are written as HTML");
        if (Sheet is not null) OutputFile.Require(Sheet);
        Dataset images = InputDataset.Open(Images);
        using Model model = Models.Model.Load(Model, CommonOptions.ModelOptions(Preprocess, null, Threads));
        UnitChoice[] units = [.. Units.Select(text => InputUnits.Read(model, text))];
        int shown = units.Sum(choice => InputUnits.CountOf(model, choice));
        if (shown > ExamplesPage.Most && (Page ?? Sheet) is { } tooLarge) throw new UsageException($"'{tooLarge}' would show {shown} units, and {ExamplesPage.Most} at most are shown; name some channels, as in LAYER:0..{ExamplesPage.Most - 1}. An index that has them all does for each page.");
        InputCheck.Warn(Terminal, model, images, "the index");

        long start = Stopwatch.GetTimestamp();
        int last = 0;
        ExampleIndex? built;
        using (Progress? progress = Terminal.Progress(images.Files.Count, Quiet, "image"))
            built = ExampleIndex.Build(model, units, images, Output, Options, done => progress?.Report(last = done), Terminal.Interruption.Token);
        if (built is null)
        {
            Terminal.Error.WriteLine($"phosphene: Interrupted after {last} of {images.Files.Count} images; the same command goes on.");
            return Terminal.Interruption.Code;
        }
        using ExampleIndex index = built;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        SkippedImages.Warn(Terminal, index.Skipped);
        var page = new ExamplesPage(model, index, units, images);
        if (Page is not null) page.Save(Page);
        if (Sheet is not null) page.Sheet().Save(Sheet);
        int seen = images.Files.Count - index.Skipped.Count;
        if (Json) WriteJson(model, index, units, seen, seconds);
        else if (!Quiet)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", Files)}: examples of {shown} units of {units.Length} {(units.Length == 1 ? "layer" : "layers")} among {seen} images, {seconds:0} s."));
        return ExitCode.Success;
    }

    private IEnumerable<string> Files => new[] { Output, Page, Sheet }.OfType<string>();

    private void WriteJson(Model model, ExampleIndex index, UnitChoice[] units, int seen, double seconds) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["files"] = JsonOutput.Texts(Files),
        ["images"] = seen,
        ["layers"] = JsonOutput.List(units, choice =>
        {
            ReceptiveField field = ReceptiveField.Of(model, choice.Layer);
            return new JsonObject
            {
                ["layer"] = choice.Layer.ToString(),
                ["units"] = InputUnits.CountOf(model, choice),
                ["receptiveField"] = JsonOutput.List([field.Height, field.Width], JsonOutput.Number),
                ["stride"] = JsonOutput.List([field.StrideY, field.StrideX], JsonOutput.Number),
            };
        }),
        ["skipped"] = SkippedImages.Json(index.Skipped),
        ["seconds"] = Math.Round(seconds, 2),
    });
}
