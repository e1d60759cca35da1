using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene evaluate MODEL --input x.npy</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Option<string[]> inputs = new("--input", "-i") { HelpName = "[NAME=]FILE.npy", Description = "The numbers of an input. The name may be left out if the model has one input." };
        Option<string[]> outputs = new("--output", "-o")
        {
            HelpName = "[NAME=]FILE.npy",
            Description = "Where to write the numbers of an output or a layer, float32. The name may be left out for the model's first output.",
        };
        Option<string[]> gradients = new("--gradient")
        {
            HelpName = "OBJECTIVE FILE.npy",
            Arity = new ArgumentArity(2, 2 * 100),
            AllowMultipleArgumentsPerToken = true,
            Description = "Where to write the gradient of an objective, averaged over the batch, in the model's first input.",
        };
        Option<string?> labels = CommonOptions.Labels();
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("evaluate", "Compute a model on raw numbers, without preprocessing: layers and gradients as NumPy files.")
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
