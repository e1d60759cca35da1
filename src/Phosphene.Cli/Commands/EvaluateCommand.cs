using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene evaluate MODEL --input x.npy</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Option<string[]> inputs = new("--input", "-i") { HelpName = "[NAME=]FILE.npy", Description = "The numbers of an input. The name can be left out if the model has only one input. Can be given several times." };
        Option<string[]> outputs = new("--output", "-o")
        {
            HelpName = "[NAME=]FILE.npy",
            Description = "Where to write the numbers of an output or a layer, as float32. The name can be left out for the model's first output. Can be given several times.",
        };
        Option<string[]> gradients = new("--gradient")
        {
            HelpName = "OBJECTIVE FILE.npy",
            Arity = new ArgumentArity(2, 2 * 100),
            AllowMultipleArgumentsPerToken = true,
            Description = "Where to write the gradient of an objective with respect to the model's first input. The objective is averaged over the batch. Can be given several times.",
        };
        Option<string?> labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("evaluate", "Run a model on raw numbers, without preprocessing, and write layers and gradients as NumPy files.")
        {
            model, inputs, outputs, gradients, labels, threads, json,
        };
        command.SetAction(parsed => new EvaluateJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Inputs = parsed.GetValue(inputs) ?? [],
            Outputs = parsed.GetValue(outputs) ?? [],
            Gradients = parsed.GetValue(gradients) ?? [],
            Labels = parsed.GetValue(labels),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
        }.Run());
        return command;
    }
}
