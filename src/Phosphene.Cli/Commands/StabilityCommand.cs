using System.CommandLine;
using Phosphene.Atlas.Recurrences;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene stability MODEL UNIT... -o FILE.html</summary>
internal static class StabilityCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new PageOptions();
        Argument<string[]> units = new("UNIT") { Arity = ArgumentArity.OneOrMore, Description = "The units: an objective, as in render, or channels of a layer, as in inception_4c/output:9,300..307. One alone is held against other channels of its layer, several against each other." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page of the pictures; MODEL-stability.html by default. It is there after the first unit, and grows." };
        Option<int?> seeds = CommonOptions.Integer("--seeds", "N", $"The number of pictures of each unit, which are made at once from different noise; {Stability.UsualSeeds} by default.", 2, 64);

        var command = new Command("stability", "Tell whether the picture of a unit recurs with other seeds.") { options.Model, units, output, seeds };
        options.AddTo(command);
        command.SetAction(parsed => new StabilityJob(terminal, options, parsed)
        {
            Units = parsed.GetRequiredValue(units),
            Output = options.Page(parsed, output, "stability"),
            Seeds = parsed.GetValue(seeds) ?? Stability.UsualSeeds,
        }.Run());
        return command;
    }
}
