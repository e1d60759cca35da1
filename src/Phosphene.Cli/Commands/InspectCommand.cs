using System.CommandLine;
using Phosphene.Images;
using Phosphene.Models;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene inspect MODEL</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = CommonOptions.Model();
        Option<ImageSize?> size = CommonOptions.Size("The height and width of the image that shapes and costs are for, where the model does not fix its size; 224 by default.");
        Option<string?> preprocess = CommonOptions.Preprocess(), labels = CommonOptions.Labels();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("inspect", "Tell all about a model: inputs, outputs, layers with shapes and costs, preprocessing, gradients, and what is not supported.")
        {
            path, size, preprocess, labels, json,
        };
        command.SetAction(parsed =>
        {
            using Model model = Model.LoadAny(parsed.GetRequiredValue(path), CommonOptions.ModelOptions(parsed.GetValue(preprocess), parsed.GetValue(labels), threads: 1));
            ImageSize given = parsed.GetValue(size) ?? new ImageSize(224, 224);
            var report = new InspectReport(ModelInspection.Of(model, given.Height, given.Width));
            if (parsed.GetValue(json)) report.WriteJson(terminal.Output);
            else report.WriteText(terminal);
            return ExitCode.Success;
        });
        return command;
    }
}
