using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Atlas.Paths;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Evidence.Paths;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="PathsCommand"/>, with the values of its options as they were typed.</summary>
internal sealed class PathsJob(Terminal terminal, PageOptions options, ParseResult parsed) : PageJob(terminal, options, parsed)
{
    public required string[] Units { get; init; }

    public required string Images { get; init; }

    public required string[] Pictures { get; init; }

    public string? Natural { get; init; }

    public required string[] Layers { get; init; }

    public int? Nearest { get; init; }

    public int? Others { get; init; }

    public int Run()
    {
        Recipe recipe = Recipe.Read();
        OutputFile.Require(Output, ".html", "the paths are on a page");
        Dataset images = InputDataset.Open(Images);
        Dataset? natural = Natural is null ? null : InputDataset.Open(Natural);
        ImageFiles? given = Pictures.Length == 0 ? null : ImageFiles.Of(Pictures);
        using Model model = Models.Model.Load(Model, Opening);
        InputCheck.Warn(Terminal, model, images, "what is told");
        if (CommonOptions.LabelsDoubt(model) is { } misfit) Terminal.Warn(misfit);
        Objective[] units = [.. Units.SelectMany(text => InputUnits.Objectives(model, text))];
        if (units.Length > 1 && (given is not null || natural is not null)) throw new UsageException($"{(given is not null ? "--pictures" : "--natural")} names images of one unit, and there are {units.Length}; name one unit.");
        recipe = Recipe.For(recipe, model) with { Batch = 1 };
        var usual = new PathOptions();
        PathOptions counts = usual with { Nearest = Nearest ?? usual.Nearest, Others = Others ?? usual.Others, Seed = recipe.Seed };
        Layer[]? layers = Layers.Length == 0 ? null : [.. Layers.Select(model.LayerOf)];

        long start = Stopwatch.GetTimestamp();
        CancellationToken token = Terminal.Interruption.Token;
        var pictures = new List<IReadOnlyList<Picture>>();
        if (given is not null) pictures.Add([.. given.Files.Select(file => InputImage.Read(file).Picture)]);
        else
            using (Progress? progress = Terminal.Progress((long)units.Length * recipe.Steps, Quiet))
                foreach (Rendering rendering in new Visualizer(model, recipe).RenderEach(units, step => progress?.Report((long)pictures.Count * recipe.Steps + step.Index, ("objective", step.Value), ("picture", pictures.Count + 1)), token))
                {
                    if (rendering.Divergence is { } divergence) throw divergence;
                    pictures.Add([.. rendering.Pictures]);
                }
        PathStudy? study = null;
        if (!token.IsCancellationRequested)
            using (Progress? progress = Terminal.Progress(PathStudy.StepsOf(images, units.Length, counts, natural is not null), Quiet, "image"))
                study = PathStudy.Of(model, [.. units.Zip(pictures)], images, natural, layers, counts, done => progress?.Report(done), token);
        if (study is null)
        {
            Terminal.Error.WriteLine("phosphene: Interrupted; nothing was written.");
            return Terminal.Interruption.Code;
        }
        new PathPage(model, study, natural ?? images).Save(Output);
        SkippedImages.Warn(Terminal, study.Skipped);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (Json) WriteJson(study, seconds);
        else if (!Quiet) WriteText(study);
        return ExitCode.Success;
    }

    private void WriteText(PathStudy study)
    {
        IReadOnlyList<int> apart = study.OtherPaths;
        var table = new Table(Column.Name("UNIT"), Column.Number("SIMILARITY"), Column.Number("FROM"), Column.Number("TO"), Column.Number("NATURAL BELOW"), Column.Name("MOST LIKE"), Column.Name(""));
        foreach (int place in Enumerable.Range(0, study.Units.Count).OrderBy(place => study.Units[place].Middle))
        {
            UnitPaths unit = study.Units[place];
            table.Add($"{unit.Unit}", Number(unit.Middle), Number(unit.Similarities.Average(s => s.Low)), Number(unit.Similarities.Average(s => s.High)), double.IsFinite(unit.NaturalBelow) ? string.Create(CultureInfo.InvariantCulture, $"{100 * unit.NaturalBelow:0} %") : "",
                unit.MostLike is not { } other ? "" : other == place ? "its own" : $"{study.Units[other].Unit}", apart.Contains(place) ? "other paths" : "");
        }
        table.WriteTo(Terminal);
        Terminal.Output.WriteLine($"1 is processed as natural images of the unit are, 0 like any other image; over the middle half of {study.Layers.Count} layers. '{Output}' shows them layer by layer.");
    }

    private static string Number(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private void WriteJson(PathStudy study, double seconds) => JsonOutput.Write(Terminal.Output, new JsonObject
    {
        ["file"] = Output,
        ["others"] = study.Others,
        ["units"] = JsonOutput.List(study.Units, unit => new JsonObject
        {
            ["unit"] = unit.Unit.ToString(),
            ["similarity"] = JsonOutput.Number(unit.Middle),
            ["low"] = JsonOutput.Number(unit.Similarities.Average(s => s.Low)),
            ["high"] = JsonOutput.Number(unit.Similarities.Average(s => s.High)),
            ["naturalBelow"] = JsonOutput.Number(unit.NaturalBelow),
            ["mostLike"] = unit.MostLike is { } other ? study.Units[other].Unit.ToString() : null,
            ["natural"] = JsonOutput.List(unit.Natural, image => JsonValue.Create(image.File)),
            ["pictures"] = JsonOutput.List(unit.Similarities, picture => new JsonObject
            {
                ["similarity"] = JsonOutput.Number(picture.Middle),
                ["layers"] = JsonOutput.List(picture.Layers.Zip(study.Layers), entry => new JsonObject
                {
                    ["layer"] = entry.Second.ToString(),
                    ["picture"] = JsonOutput.Number(entry.First.Picture),
                    ["within"] = JsonOutput.Number(entry.First.Within),
                    ["across"] = JsonOutput.Number(entry.First.Across),
                    ["similarity"] = JsonOutput.Number(entry.First.Similarity),
                    ["low"] = JsonOutput.Number(entry.First.Low),
                    ["high"] = JsonOutput.Number(entry.First.High),
                }),
            }),
        }),
        ["otherPaths"] = JsonOutput.List(study.OtherPaths, place => JsonValue.Create(study.Units[place].Unit.ToString())),
        ["skipped"] = SkippedImages.Json(study.Skipped),
        ["seconds"] = Math.Round(seconds, 2),
    });
}
