using System.CommandLine;
using Phosphene.Images;
using Phosphene.Models;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene inspect MODEL</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = Words.Model();
        Option<ImageSize?> size = Words.Size("The height and width of the image that shapes and costs are for, where the network leaves them open; 224 by default.");
        Option<string?> preprocess = Words.Preprocess(), labels = Words.Labels();
        Option<bool> json = Words.Json();
        var command = new Command("inspect", "Tell all about a network: inputs, outputs, layers with shapes and costs, what is missing here, preprocessing, gradients.")
        {
            path, size, preprocess, labels, json,
        };
        command.SetAction(parsed =>
        {
            using Model model = Model.LoadAny(parsed.GetRequiredValue(path), Words.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), threads: 1));
            ImageSize given = parsed.GetValue(size) ?? new ImageSize(224, 224);
            var report = new InspectReport(ModelInspection.Of(model, given.Height, given.Width));
            if (parsed.GetValue(json)) report.WriteJson(terminal.Output);
            else report.WriteText(terminal.Output);
            return ExitCode.Success;
        });
        return command;
    }
}
