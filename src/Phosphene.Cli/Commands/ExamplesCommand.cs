using System.CommandLine;
using Phosphene.Evidence.Examples;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene examples MODEL LAYER[:CHANNEL,...]... --images DIR -o INDEX.sqlite</summary>
internal static class ExamplesCommand
{
    public static Command Create(Terminal terminal)
    {
        var usual = new ExampleOptions();
        Argument<string> model = CommonOptions.Model();
        Argument<string[]> units = new("UNITS") { Arity = ArgumentArity.OneOrMore, Description = "Layers, with all channels or some: inception_4c/output, inception_4c/output:9,300..307, \"pre(inception_4c/output)\", \"feature(inception_4c/output, 'parts.npy')\"." };
        Option<string> images = InputDataset.Option();
        Option<string> output = new("--output", "-o") { HelpName = "FILE.sqlite", Required = true, Description = "The index to write: one SQLite file. If it was cut off, the same command goes on." };
        Option<int?> count = CommonOptions.Integer("--count", "N", $"How many images of each kind are kept of a unit; {usual.Count} by default.", 1, 1000);
        Option<int?> random = CommonOptions.Integer("--random", "N", $"How many images are drawn by chance, for quantiles; {usual.Random} by default.", 0, 10_000);
        Option<ulong?> seed = CommonOptions.Seed("draws");
        Option<int?> every = CommonOptions.Integer("--checkpoint-every", "N", $"After how many images the work is kept; {usual.CheckpointEvery} by default.", 1, 1_000_000);
        Option<string?> page = new("--page") { HelpName = "FILE.html", Description = $"Also write a page of these units, {ExamplesPage.Most} at most: strips of the parts of images that they see, from the lowest to the highest." };
        Option<string?> sheet = new("--sheet") { HelpName = "FILE.png", Description = $"Also write one picture of these units, {ExamplesPage.Most} at most: a row of each with what excites it most." };
        Option<string?> preprocess = CommonOptions.Preprocess();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("examples", "Find the images that excite each unit most, least and hardly, as an index.") { model, units, images, output, count, random, seed, every, page, sheet, preprocess, threads, json, quiet };
        command.SetAction(parsed => new ExamplesJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Units = parsed.GetRequiredValue(units),
            Images = parsed.GetRequiredValue(images),
            Output = parsed.GetRequiredValue(output),
            Options = new ExampleOptions
            {
                Count = parsed.GetValue(count) ?? usual.Count,
                Random = parsed.GetValue(random) ?? usual.Random,
                Seed = parsed.GetValue(seed) ?? usual.Seed,
                CheckpointEvery = parsed.GetValue(every) ?? usual.CheckpointEvery,
            },
            Page = parsed.GetValue(page),
            Sheet = parsed.GetValue(sheet),
            Preprocess = parsed.GetValue(preprocess),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
