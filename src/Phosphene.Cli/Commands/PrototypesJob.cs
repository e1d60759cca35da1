using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Priors;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="PrototypesCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record PrototypesJob(Terminal Terminal)
{
    public const int UsualCount = 16;

    public required string Model { get; init; }

    public required string[] Layers { get; init; }

    public required string Images { get; init; }

    public string? Unit { get; init; }

    public int? Count { get; init; }

    public bool Relevant { get; init; }

    public required string Output { get; init; }

    public string? Preprocess { get; init; }

    public string? Labels { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        if (Unit is null && (Relevant || Count is not null)) throw new UsageException($"{(Relevant ? "--relevant" : "--count")} is about a unit; name it with --unit.");
        OutputFile.Require(Output, ".safetensors", "prototypes are arrays of that format");
        Objective? unit = Unit is null ? null : Objective.Parse(Unit).Pinned();
        Dataset images = InputDataset.Open(Images);
        using Model model = Models.Model.Load(Model, CommonOptions.ModelOptions(Preprocess, Labels, Threads));
        InputCheck.Warn(Terminal, model, images, "what is measured");
        IReadOnlyList<string> layers = Layers.Length > 0 ? Layers : PrototypeMeasurement.UsualLayers(model, unit);

        long start = Stopwatch.GetTimestamp();
        int chosen = unit is null ? 0 : Math.Min(Count ?? UsualCount, images.Files.Count);
        IReadOnlyList<SkippedImage> skipped = [];
        PrototypeMeasurement? measured = null;
        using (Progress? progress = Terminal.Progress(images.Files.Count + chosen, Quiet, "image"))
        {
            Dataset kind = images;
            bool found = true;
            if (unit is not null)
            {
                NearestImages? nearest = NearestImages.Find(model, [unit], images, chosen, done => progress?.Report(done), Terminal.Interruption.Token);
                found = nearest is not null;
                if (nearest is not null) (kind, skipped) = (new DatasetPart(images, [.. nearest.Of[0].Select(image => image.File)]), nearest.Skipped);
            }
            int before = unit is null ? 0 : images.Files.Count;
            if (found) measured = PrototypeMeasurement.Of(model, layers, kind, Relevant ? unit : null, done => progress?.Report(before + done), Terminal.Interruption.Token);
        }
        if (measured is null)
        {
            Terminal.Error.WriteLine("phosphene: Interrupted; nothing was written.");
            return Terminal.Interruption.Code;
        }
        measured.Prototypes.Save(Output);
        skipped = [.. skipped, .. measured.Skipped];
        SkippedImages.Warn(Terminal, skipped);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (Json) WriteJson(measured.Prototypes, unit, skipped, seconds);
        else if (!Quiet)
            Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Output}: {string.Join(", ", layers)} of {measured.Prototypes.Images} images{(unit is null ? "" : $" that excite {unit} most")}, {seconds:0} s; use it as prototypes('{Output}')."));
        return ExitCode.Success;
    }

    private void WriteJson(Prototypes prototypes, Objective? unit, IReadOnlyList<SkippedImage> skipped, double seconds) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = Output,
        ["unit"] = unit?.ToString(),
        ["images"] = prototypes.Images,
        ["layers"] = JsonOutput.List(prototypes.Layers, layer => new JsonObject
        {
            ["layer"] = layer.Layer,
            ["channels"] = layer.Shape[0],
            ["positions"] = layer.Shape[1],
            ["relevant"] = layer.Relevance is { } relevance ? relevance.Count(share => share > 1) : null,
        }),
        ["skipped"] = SkippedImages.Json(skipped),
        ["seconds"] = Math.Round(seconds, 2),
    });
}
