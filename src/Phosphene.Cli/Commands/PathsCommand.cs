using System.CommandLine;
using Phosphene.Atlas.Paths;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene paths MODEL UNIT... --images DIR -o FILE.html</summary>
internal static class PathsCommand
{
    public static Command Create(Terminal terminal)
    {
        var usual = new PathOptions();
        var options = new PageOptions();
        Argument<string[]> units = new("UNIT") { Arity = ArgumentArity.OneOrMore, Description = "What the pictures are of: objectives, such as logit(207) or inception_4c/output:300, or several channels of a layer, inception_4c/output:9,300..307." };
        Option<string> images = InputDataset.Option();
        Option<string[]> pictures = new("--pictures") { HelpName = "FILE", Description = "The pictures of the only unit, or folders of them; by default one is made of each unit.", AllowMultipleArgumentsPerToken = true };
        Option<string?> natural = new("--natural") { HelpName = "DIR|LIST", Description = "The natural images of the only unit, such as the folder of a class; by default those of --images that excite it most." };
        Option<string[]> layers = new("--layers") { HelpName = "LAYER", Description = "The layers to compare in; by default at most 24 of those that every way through the network runs through.", AllowMultipleArgumentsPerToken = true };
        Option<int?> nearest = CommonOptions.Integer("--nearest", "N", $"How many natural images of a unit are taken; {usual.Nearest} by default.", 3, 1000);
        Option<int?> others = CommonOptions.Integer("--others", "N", $"How many other images are taken, drawn by the seed; {usual.Others} by default.", 3, 1000);
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page to write; MODEL-paths.html by default." };

        var command = new Command("paths", "Tell whether pictures of units are processed as natural images are.") { options.Model, units, images, pictures, natural, layers, nearest, others, output };
        options.AddTo(command);
        command.SetAction(parsed => new PathsJob(terminal, options, parsed)
        {
            Units = parsed.GetRequiredValue(units),
            Images = parsed.GetRequiredValue(images),
            Pictures = parsed.GetValue(pictures) ?? [],
            Natural = parsed.GetValue(natural),
            Layers = parsed.GetValue(layers) ?? [],
            Nearest = parsed.GetValue(nearest),
            Others = parsed.GetValue(others),
            Output = options.Page(parsed, output, "paths"),
        }.Run());
        return command;
    }
}
