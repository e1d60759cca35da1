using System.CommandLine;
using Phosphene.Images;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene transfer MODEL OTHER -o FILE.html</summary>
internal static class TransferCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Argument<string> other = new("OTHER") { Description = "The network that looks at the pictures: an ONNX file with labels." };
        Option<string[]> classes = new("--classes") { HelpName = "CLASS", Description = "The classes, by label or number; both networks must know them by name.", AllowMultipleArgumentsPerToken = true };
        Option<int?> random = CommonOptions.Integer("--random", "N", $"The number of classes that both know, drawn by the seed, where none are named; {TransferJob.UsualClasses} by default.", 1, 100_000);
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page of the pictures; MODEL-transfer.html by default." };
        Option<int?> batch = CommonOptions.Integer("--batch", "N", "The number of pictures that are made at once; 4 by default.", 1, 1024);
        Option<string?> preset = CommonOptions.Preset(), recipe = CommonOptions.RecipeFile();
        Option<int?> steps = CommonOptions.Steps();
        Option<ImageSize?> size = CommonOptions.Size("The height and width of each picture in pixels; by default the size that the model was made for, or 224.");
        Option<ulong?> seed = CommonOptions.Seed();
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<string?> otherLabels = new("--other-labels") { HelpName = "FILE", Description = "The names of OTHER's classes, if it comes without." };
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("transfer", "Tell whether another network recognises pictures of a model's classes.")
        {
            model, other, classes, random, output, batch, preset, recipe, steps, size, seed, preprocess, labels, otherLabels, threads, json, quiet,
        };
        command.SetAction(parsed => new TransferJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Other = parsed.GetRequiredValue(other),
            Classes = parsed.GetValue(classes) ?? [],
            Random = parsed.GetValue(random),
            Output = parsed.GetValue(output) ?? $"{Path.GetFileNameWithoutExtension(parsed.GetRequiredValue(model)).Replace(':', '-')}-transfer.html",
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
            OtherLabels = parsed.GetValue(otherLabels),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
