using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene evaluate MODEL --input x.npy</summary>
internal static class EvaluateCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = Words.Model();
        Option<string[]> inputs = new("--input", "-i") { HelpName = "[NAME=]FILE.npy", Description = "The numbers of an input. The name may be left out if the network has one input." };
        Option<string[]> outputs = new("--output", "-o")
        {
            HelpName = "[NAME=]FILE.npy",
            Description = "Where to write the numbers of an output or a layer, float32. The name may be left out for the network's first output.",
        };
        Option<string[]> gradients = new("--gradient")
        {
            HelpName = "OBJECTIVE FILE.npy",
            Arity = new ArgumentArity(2, 2 * 100),
            AllowMultipleArgumentsPerToken = true,
            Description = "Where to write the gradient of an objective, averaged over the batch, in the network's first input.",
        };
        Option<string?> labels = Words.Labels();
        Option<int?> threads = Words.Threads();
        Option<bool> json = Words.Json();
        var command = new Command("evaluate", "Compute a network on raw numbers, without preprocessing: layers and gradients as NumPy files.")
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
