using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Diagnoses;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Diagnoses;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Shapes.Datasets;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="DiagnoseCommand"/>, with the values of its options as they were typed.</summary>
internal sealed record DiagnoseJob(Terminal Terminal)
{
    // Enough for each of the 60 classes to be there 20 times.
    private const int ShapesOfEmbedded = 1200;

    public required string Model { get; init; }

    public required string[] Layers { get; init; }

    public string? Images { get; init; }

    public string? Output { get; init; }

    public bool NoPictures { get; init; }

    public int? Seeds { get; init; }

    public string? Preset { get; init; }

    public int? Steps { get; init; }

    public ImageSize? Size { get; init; }

    public ulong? Seed { get; init; }

    public string? Preprocess { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public bool Quiet { get; init; }

    public int Run()
    {
        if (NoPictures && (Seeds is not null || Preset is not null || Steps is not null || Size is not null)) throw new UsageException("--no-pictures makes no pictures, so that --seeds, --preset, --steps and --size say nothing; leave them out, or it.");
        if (Output is not null) OutputFile.Require(Output, ".html", "pages are written as HTML");
        Dataset? images = Images is not null ? InputDataset.Open(Images) : Model == EmbeddedModels.Shapes ? new ShapesImages(new ShapesDataset(count: ShapesOfEmbedded)) : null;
        using Model model = Models.Model.Load(Model, CommonOptions.ModelOptions(Preprocess, null, Threads));
        if (images is null) InputCheck.WarnWithoutImages(Terminal, model, "what is told");
        else InputCheck.Warn(Terminal, model, images, "what is told");
        var diagnosis = new ModelDiagnosis(model, [.. Layers.Select(model.LayerOf)], NoPictures ? null : PictureRecipe(model), Seeds ?? 1);

        long start = Stopwatch.GetTimestamp();
        using (Progress? progress = images is null ? null : Terminal.Progress(images.Files.Count, Quiet, "image"))
            if (!diagnosis.Measure(images, done => progress?.Report(done), Terminal.Interruption.Token))
            {
                Terminal.Error.WriteLine("phosphene: Interrupted; nothing was measured.");
                return Terminal.Interruption.Code;
            }
        bool interrupted;
        using (Progress? progress = diagnosis.Steps == 0 ? null : Terminal.Progress(diagnosis.Steps, Quiet))
            interrupted = !diagnosis.Render((done, step) => progress?.Report(done, ("objective", step.Value)), Terminal.Interruption.Token);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;

        SkippedImages.Warn(Terminal, diagnosis.Skipped);
        if (Output is not null) diagnosis.Save(Output);
        if (Json) WriteJson(diagnosis, seconds, interrupted);
        else WriteText(diagnosis, images is not null, seconds);
        if (!interrupted) return ExitCode.Success;
        Terminal.Error.WriteLine("phosphene: Interrupted. Layers whose turn had not come have no pictures.");
        return Terminal.Interruption.Code;
    }

    private Recipe PictureRecipe(Model model)
    {
        Recipe quick = ModelDiagnosis.Quick(model), recipe = Preset is null ? quick : new RecipeOptions { Preset = Preset }.Read().For(quick.Height!.Value, quick.Width!.Value);
        if (Steps is { } steps) recipe = recipe.WithSteps(steps);
        if (Size is { } size) recipe = recipe.For(size.Height, size.Width);
        recipe = recipe with { Seed = Seed ?? recipe.Seed };
        recipe.Check();
        return recipe.Pinned();
    }

    private void WriteText(ModelDiagnosis diagnosis, bool hasImages, double seconds)
    {
        var table = new Table(Column.Name("CHANNEL"), Column.Name("CONCERN"), Column.Name("EVIDENCE"));
        foreach ((Layer layer, int channel, Concern concern) in diagnosis.Layers.SelectMany(layer => layer.Channels.SelectMany(channel => channel.Concerns.Select(concern => (layer.Layer, channel.Channel, concern)))).OrderBy(entry => entry.concern.Kind))
            table.Add($"{layer}:{channel}", Concern.NameOf(concern.Kind), concern.Text);
        int concerned = diagnosis.Layers.Sum(layer => layer.Channels.Count(channel => channel.Concerns.Count > 0));
        if (concerned > 0) table.WriteTo(Terminal);
        Terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{concerned} of {diagnosis.Count} channels of {diagnosis.Layers.Count} {(diagnosis.Layers.Count == 1 ? "layer" : "layers")} have something to be careful with; {(hasImages ? $"{diagnosis.Images} images, " : "")}{seconds:0} s.{(Output is null ? "" : $" '{Output}' shows them.")}"));
        if (!hasImages) Terminal.Output.WriteLine("Without --images nothing is said of channels that are dead on data, always on or near-duplicates.");
    }

    private void WriteJson(ModelDiagnosis diagnosis, double seconds, bool interrupted) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = Output,
        ["images"] = diagnosis.Images,
        ["channels"] = diagnosis.Count,
        ["concerned"] = diagnosis.Layers.Sum(layer => layer.Channels.Count(channel => channel.Concerns.Count > 0)),
        ["layers"] = JsonOutput.List(diagnosis.Layers, layer => new JsonObject { ["layer"] = layer.Layer.ToString(), ["channels"] = JsonOutput.List(layer.Channels, Document) }),
        ["skipped"] = SkippedImages.Json(diagnosis.Skipped),
        ["seconds"] = Math.Round(seconds, 2),
        ["interrupted"] = interrupted,
    });

    private static JsonObject Document(ChannelDiagnosis channel) => new()
    {
        ["channel"] = channel.Channel,
        ["maximum"] = Number(channel.OnImages?.Maximum),
        ["minimum"] = Number(channel.OnImages?.Minimum),
        ["mean"] = Number(channel.OnImages?.Mean),
        ["deviation"] = Number(channel.OnImages?.Deviation),
        ["active"] = Number(channel.OnImages?.Active),
        ["ascent"] = Number(channel.Picture?.Maximum),
        ["fine"] = Number(channel.Picture?.Fine),
        ["flat"] = Number(channel.Flat?.Value),
        ["flatColour"] = channel.Flat?.Colour,
        ["flatShare"] = Number(channel.FlatShare),
        ["duplicate"] = channel.Duplicate?.Channel,
        ["weights"] = Number(channel.Duplicate?.Weights),
        ["correlation"] = Number(channel.Duplicate?.Correlation),
        ["recurrence"] = channel.Recurrence?.Words,
        ["concerns"] = JsonOutput.List(channel.Concerns, concern => new JsonObject { ["concern"] = Concern.NameOf(concern.Kind), ["evidence"] = JsonOutput.Number(concern.Evidence), ["text"] = concern.Text }),
    };

    private static JsonNode? Number(double? value) => value is { } number ? JsonOutput.Number(number) : null;
}
