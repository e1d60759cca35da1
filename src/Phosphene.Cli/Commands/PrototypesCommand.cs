using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene prototypes MODEL [LAYER...] --images DIR -o FILE.safetensors</summary>
internal static class PrototypesCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Argument<string[]> layers = new("LAYER") { Arity = ArgumentArity.ZeroOrMore, Description = "The layers to measure; by default the last one of each size, and the logits for a class." };
        Option<string> images = InputDataset.Option();
        Option<string?> unit = new("--unit") { HelpName = "OBJECTIVE", Description = "Measure those of the images alone that excite this most: a unit, such as inception_4c/output:300, or a class, such as logit(207)." };
        Option<int?> count = CommonOptions.Integer("--count", "N", $"How many of the images that excite the unit most; {PrototypesJob.UsualCount} by default.", 1, 100_000);
        Option<bool> relevant = new("--relevant") { Description = "Count channels by how much they add to the unit on these images, so that what is beside it counts little." };
        Option<string> output = new("--output", "-o") { HelpName = "FILE.safetensors", Required = true, Description = "The file to write." };
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("prototypes", "Measure what photos of a kind have in some layers, for pictures that have the same.") { model, layers, images, unit, count, relevant, output, preprocess, labels, threads, json, quiet };
        command.SetAction(parsed => new PrototypesJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Layers = parsed.GetValue(layers) ?? [],
            Images = parsed.GetRequiredValue(images),
            Unit = parsed.GetValue(unit),
            Count = parsed.GetValue(count),
            Relevant = parsed.GetValue(relevant),
            Output = parsed.GetRequiredValue(output),
            Preprocess = parsed.GetValue(preprocess),
            Labels = parsed.GetValue(labels),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
