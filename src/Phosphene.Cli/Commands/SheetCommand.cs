using System.CommandLine;
using Phosphene.Images;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene sheet MODEL LAYER... -o FILE.html</summary>
internal static class SheetCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Argument<string[]> layers = new("LAYER") { Arity = ArgumentArity.OneOrMore, Description = "The layers to show, in this order. 'phosphene layers MODEL' lists them." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page to write; MODEL-sheet.html by default. It is there after a few seconds, and grows." };
        Option<string?> channels = new("--channels") { HelpName = "RANGES", Description = "The channels to show of each layer: numbers and ranges with both ends included, as in 0..31 or 3,8,100..107." };
        Option<int?> random = CommonOptions.Integer("--random", "N", "The number of channels to show of each layer, drawn at random by the seed; 16 by default.", 1, 1_000_000);
        Option<int?> batch = CommonOptions.Integer("--batch", "N", "The number of pictures that are made at once; 4 by default.", 1, 1024);
        Option<string?> preset = CommonOptions.Preset(), recipe = CommonOptions.RecipeFile();
        Option<int?> steps = CommonOptions.Steps();
        Option<ImageSize?> size = CommonOptions.Size("The height and width of each picture in pixels; by default the size that the model was made for, or 224.");
        Option<ulong?> seed = CommonOptions.Seed();
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("sheet", "Make a page of many units of a model: one HTML file.")
        {
            model, layers, output, channels, random, batch, preset, recipe, steps, size, seed, preprocess, labels, threads, json, quiet,
        };
        command.SetAction(parsed => new SheetJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Layers = parsed.GetRequiredValue(layers),
            Output = parsed.GetValue(output) ?? $"{Path.GetFileNameWithoutExtension(parsed.GetRequiredValue(model)).Replace(':', '-')}-sheet.html",
            Channels = parsed.GetValue(channels),
            Random = parsed.GetValue(random),
            Batch = parsed.GetValue(batch),
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
