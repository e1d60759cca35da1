using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene transfer MODEL OTHER -o FILE.html</summary>
internal static class TransferCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new PageOptions();
        Argument<string> other = new("OTHER") { Description = "The network that looks at the pictures: an ONNX file with labels." };
        Option<string[]> classes = new("--classes") { HelpName = "CLASS", Description = "The classes, by label or number; both networks must know them by name.", AllowMultipleArgumentsPerToken = true };
        Option<int?> random = CommonOptions.Integer("--random", "N", $"The number of classes that both know, drawn by the seed, where none are named; {TransferJob.UsualClasses} by default.", 1, 100_000);
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.html", Description = "The page of the pictures; MODEL-transfer.html by default." };
        Option<int?> batch = CommonOptions.Integer("--batch", "N", "The number of pictures that are made at once; 4 by default.", 1, 1024);
        Option<string?> otherLabels = new("--other-labels") { HelpName = "FILE", Description = "The names of OTHER's classes, if it comes without." };

        var command = new Command("transfer", "Tell whether another network recognises pictures of a model's classes.") { options.Model, other, classes, random, output, batch };
        options.AddTo(command, otherLabels);
        command.SetAction(parsed => new TransferJob(terminal, options, parsed)
        {
            Other = parsed.GetRequiredValue(other),
            Classes = parsed.GetValue(classes) ?? [],
            Random = parsed.GetValue(random),
            Output = options.Page(parsed, output, "transfer"),
            Batch = parsed.GetValue(batch),
            OtherLabels = parsed.GetValue(otherLabels),
        }.Run());
        return command;
    }
}
