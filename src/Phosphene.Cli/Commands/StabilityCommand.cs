using System.CommandLine;
using Phosphene.Atlas.Recurrences;
using Phosphene.Images;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene stability MODEL UNIT... -o FILE.html</summary>
internal static class StabilityCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Argument<string[]> units = new("UNIT") { Arity = ArgumentArity.OneOrMore, Description = "The units: an objective, as in render, or channels of a layer, as in inception_4c/output:9,300..307. One alone is held against other channels of its layer, several against each other." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page of the pictures; MODEL-stability.html by default. It is there after the first unit, and grows." };
        Option<int?> seeds = CommonOptions.Integer("--seeds", "N", $"The number of pictures of each unit, which are made at once from different noise; {Stability.UsualSeeds} by default.", 2, 64);
        Option<string?> preset = CommonOptions.Preset(), recipe = CommonOptions.RecipeFile();
        Option<int?> steps = CommonOptions.Steps();
        Option<ImageSize?> size = CommonOptions.Size("The height and width of each picture in pixels; by default the size that the model was made for, or 224.");
        Option<ulong?> seed = CommonOptions.Seed();
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("stability", "Tell whether the picture of a unit recurs with other seeds.") { model, units, output, seeds, preset, recipe, steps, size, seed, preprocess, labels, threads, json, quiet };
        command.SetAction(parsed => new StabilityJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Units = parsed.GetRequiredValue(units),
            Output = parsed.GetValue(output) ?? $"{Path.GetFileNameWithoutExtension(parsed.GetRequiredValue(model)).Replace(':', '-')}-stability.html",
            Seeds = parsed.GetValue(seeds) ?? Stability.UsualSeeds,
            Recipe = new RecipeOptions
            {
                Preset = parsed.GetValue(preset),
                File = parsed.GetValue(recipe),
                Steps = parsed.GetValue(steps),
                Size = parsed.GetValue(size),
                Seed = parsed.GetValue(seed),
            },
            Preprocess = parsed.GetValue(preprocess),
            Labels = parsed.GetValue(labels),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
