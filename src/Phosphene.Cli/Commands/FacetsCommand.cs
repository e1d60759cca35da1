using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Directions;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene facets MODEL OBJECTIVE --images DIR -o FILE.png</summary>
internal static class FacetsCommand
{
    private const int UsualCount = 4, UsualAmong = 40, ExampleRows = 3, Gap = 4;

    private const float UsualPull = 3;

    public static Command Create(Terminal terminal)
    {
        var options = new BatchOptions("What the optimizer changes, as in fourier(decay: 1.2).");
        Argument<string> text = new("OBJECTIVE") { Description = "What has facets: LAYER:CHANNEL or logit(CLASS), for example." };
        Option<string> images = InputDataset.Option();
        Option<int?> count = CommonOptions.Integer("--facets", "K", $"How many facets, and pictures; {UsualCount} by default.", 1, 64);
        Option<int?> among = CommonOptions.Integer("--among", "N", $"How many of the images that excite the objective most are told apart; {UsualAmong} by default, or ten for each facet if that is more.", 1, 100_000);
        Option<string?> layer = new("--layer") { HelpName = "LAYER", Description = "The layer by which they are told apart; by default the last one with positions that the objective depends on." };
        Option<float?> pull = CommonOptions.PositiveNumber("--pull", "W", $"How much the pull toward the facet counts beside the objective; {UsualPull} by default, 0 for none.", 1000, orNothing: true);
        Option<bool> start = new("--from-images") { Description = "Start each picture from the image that is most typical of its facet, rather than from noise." };
        Option<string?> examples = new("--examples") { HelpName = "FILE.png", Description = $"Also write the {ExampleRows} images that are most typical of each facet, a column for each." };
        Option<string> output = new("--output", "-o") { HelpName = "FILE.png", Required = true, Description = "The picture of all facets to write, side by side; it carries its recipe. Their directions go to FILE.npy." };
        var command = new Command("facets", "Make a picture of each kind of images that excite an objective.") { options.Model, text, images, count, among, layer, pull, start, examples, output };
        foreach (Option option in options.All) command.Add(option);
        command.SetAction(parsed =>
        {
            string file = parsed.GetRequiredValue(output), directions = Path.ChangeExtension(file, ".npy");
            OutputFile.Require(file);
            OutputFile.Require(directions, ".npy", "directions are an array of NumPy");
            if (parsed.GetValue(examples) is { } sheet) OutputFile.Require(sheet);
            int facets = parsed.GetValue(count) ?? UsualCount, most = parsed.GetValue(among) ?? Math.Max(UsualAmong, 10 * facets);
            if (most < facets) throw new UsageException($"--among {most} images make no {facets} facets; give at least as many, ten times as many rather.");
            Dataset dataset = InputDataset.Open(parsed.GetRequiredValue(images));
            Objective objective = Objective.Parse(parsed.GetRequiredValue(text));
            return (options.Job(terminal, parsed, file, objective, options.Recipe(parsed) with { Batch = facets }, Layout.Strip(facets)) with { Complete = OfFacets }).Run();

            RenderWork? OfFacets(Model model, RenderWork work)
            {
                InputCheck.WarnOfImages(terminal, model, dataset);
                UnitFacets found;
                try
                {
                    using Progress? progress = terminal.Progress(dataset.Files.Count, options.Quiet(parsed), "image");
                    found = UnitFacets.Of(model, work.Objective, dataset, facets, most, parsed.GetValue(layer), work.Recipe.Seed, done => progress?.Report(done), terminal.Interruption.Token);
                }
                catch (OperationCanceledException)
                {
                    return null;
                }
                SkippedImages.Warn(terminal, found.Skipped);
                NpyFile.Write(directions, new Shape(facets, found.Channels), found.Directions.ToArray());
                if (parsed.GetValue(examples) is { } sheet) Examples(found, dataset, model).Save(sheet);
                return work with
                {
                    Objective = found.Pulled(work.Objective, directions, parsed.GetValue(pull) ?? UsualPull).Pinned(),
                    Recipe = parsed.GetValue(start) ? work.Recipe with { Start = Start.From([.. found.Facets.Select(facet => new ImageReference(PathOf(dataset, facet.Images[0].File)).Pinned())]) } : work.Recipe,
                    Layout = work.Layout! with { Captions = [.. found.Facets.Select(facet => string.Create(CultureInfo.InvariantCulture, $"{facet.Images.Count} of {found.Facets.Sum(other => other.Images.Count)} images"))] },
                    Files = parsed.GetValue(examples) is { } written ? [directions, written] : [directions],
                    Lines = [.. found.Facets.Select((facet, i) => string.Create(CultureInfo.InvariantCulture, $"facet {i + 1}: {facet.Images.Count} images, {facet.Value:G4} on average, such as {string.Join(", ", facet.Images.Take(ExampleRows).Select(image => image.File))}"))],
                    Facts = [("facetLayer", found.Layer.ToString()), ("facets", JsonOutput.List(found.Facets, Json)), ("skipped", SkippedImages.Json(found.Skipped))],
                };
            }
        });
        return command;
    }

    private static JsonObject Json(UnitFacet facet) => new()
    {
        ["value"] = JsonOutput.Number(facet.Value),
        ["images"] = JsonOutput.List(facet.Images, image => new JsonObject { ["file"] = image.File, ["value"] = JsonOutput.Number(image.Value) }),
    };

    private static string PathOf(Dataset dataset, string file) =>
        dataset.PathOf(file) ?? throw new UsageException($"--from-images starts from files, and the images of {dataset.Name} are in none; leave it out, or write them to a folder first.");

    // Row by row the images of all facets; of a facet of fewer, the last again.
    private static Picture Examples(UnitFacets facets, Dataset dataset, Model model)
    {
        (int height, int width) = model.UsualSize;
        return Picture.Tile([.. from row in Enumerable.Range(0, ExampleRows) from facet in facets.Facets
            select dataset.Read(facet.Images[Math.Min(row, facet.Images.Count - 1)].File).Cover(height, width)], facets.Facets.Count, Gap);
    }
}
