using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene sheet MODEL LAYER... -o FILE.html</summary>
internal static class SheetCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new PageOptions();
        Argument<string[]> layers = new("LAYER") { Arity = ArgumentArity.OneOrMore, Description = "The layers to show, in this order. 'phosphene layers MODEL' lists them." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page to write; MODEL-sheet.html by default. It is there after a few seconds, and grows." };
        Option<string?> channels = new("--channels") { HelpName = "RANGES", Description = "The channels to show of each layer: numbers and ranges with both ends included, as in 0..31 or 3,8,100..107." };
        Option<int?> random = CommonOptions.Integer("--random", "N", "The number of channels to show of each layer, drawn at random by the seed; 16 by default.", 1, 1_000_000);
        Option<int?> batch = CommonOptions.Integer("--batch", "N", "The number of pictures that are made at once; 4 by default.", 1, 1024);

        var command = new Command("sheet", "Make a page of many units of a model: one HTML file.") { options.Model, layers, output, channels, random, batch };
        options.AddTo(command);
        command.SetAction(parsed => new SheetJob(terminal, options, parsed)
        {
            Layers = parsed.GetRequiredValue(layers),
            Output = options.Page(parsed, output, "sheet"),
            Channels = parsed.GetValue(channels),
            Random = parsed.GetValue(random),
            Batch = parsed.GetValue(batch),
        }.Run());
        return command;
    }
}
