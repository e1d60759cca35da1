using System.CommandLine;
using Phosphene.Atlas.Paths;
using Phosphene.Images;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene paths MODEL UNIT... --images DIR -o FILE.html</summary>
internal static class PathsCommand
{
    public static Command Create(Terminal terminal)
    {
        var usual = new PathOptions();
        Argument<string> model = CommonOptions.Model();
        Argument<string[]> units = new("UNIT") { Arity = ArgumentArity.OneOrMore, Description = "What the pictures are of: objectives, such as logit(207) or inception_4c/output:300, or several channels of a layer, inception_4c/output:9,300..307." };
        Option<string> images = InputDataset.Option();
        Option<string[]> pictures = new("--pictures") { HelpName = "FILE", Description = "The pictures of the only unit, or folders of them; by default one is made of each unit.", AllowMultipleArgumentsPerToken = true };
        Option<string?> natural = new("--natural") { HelpName = "DIR|LIST", Description = "The natural images of the only unit, such as the folder of a class; by default those of --images that excite it most." };
        Option<string[]> layers = new("--layers") { HelpName = "LAYER", Description = "The layers to compare in; by default at most 24 of those that every way through the network runs through.", AllowMultipleArgumentsPerToken = true };
        Option<int?> nearest = CommonOptions.Integer("--nearest", "N", $"How many natural images of a unit are taken; {usual.Nearest} by default.", 3, 1000);
        Option<int?> others = CommonOptions.Integer("--others", "N", $"How many other images are taken, drawn by the seed; {usual.Others} by default.", 3, 1000);
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page to write; MODEL-paths.html by default." };
        Option<string?> preset = CommonOptions.Preset(), recipe = CommonOptions.RecipeFile();
        Option<int?> steps = CommonOptions.Steps();
        Option<ImageSize?> size = CommonOptions.Size("The height and width of each picture in pixels; by default the size that the model was made for, or 224.");
        Option<ulong?> seed = CommonOptions.Seed();
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("paths", "Tell whether pictures of units are processed as natural images are.")
        {
            model, units, images, pictures, natural, layers, nearest, others, output, preset, recipe, steps, size, seed, preprocess, labels, threads, json, quiet,
        };
        command.SetAction(parsed => new PathsJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Units = parsed.GetRequiredValue(units),
            Images = parsed.GetRequiredValue(images),
            Pictures = parsed.GetValue(pictures) ?? [],
            Natural = parsed.GetValue(natural),
            Layers = parsed.GetValue(layers) ?? [],
            Nearest = parsed.GetValue(nearest),
            Others = parsed.GetValue(others),
            Output = parsed.GetValue(output) ?? $"{Path.GetFileNameWithoutExtension(parsed.GetRequiredValue(model)).Replace(':', '-')}-paths.html",
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
