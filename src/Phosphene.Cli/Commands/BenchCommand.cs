using System.CommandLine;
using Phosphene.Images;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene bench MODEL</summary>
internal static class BenchCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = CommonOptions.Model();
        Option<string?> layer = new("--layer") { HelpName = "LAYER", Description = "The layer to run to; by default the one before the softmax." };
        Option<int?> channel = CommonOptions.Integer("--channel", "N", "The channel or class that the step maximizes; 0 by default.", 0, int.MaxValue);
        Option<ImageSize?> size = CommonOptions.Size("The height and width of the picture in pixels; by default the size that the model was made for, or 224.");
        Option<int?> batch = CommonOptions.Integer("--batch", "N", "The number of pictures; 1 by default.", 1, 1024);
        Option<int?> threads = CommonOptions.Threads();
        Option<int?> steps = CommonOptions.Integer("--steps", "N", "The number of steps, and of forward passes, to measure after the warm-up; 20 by default.", 1, 1_000_000);
        Option<bool> profile = new("--profile") { Description = "Also tell how long each kernel of a step takes." };
        Option<bool> kernels = new("--kernels") { Hidden = true, Description = "Also list the kernels of a step in their order, and why the compiler chose them." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("bench", "Measure how fast a model runs here, forward and in a whole step.")
        {
            model, layer, channel, size, batch, threads, steps, profile, kernels, json,
        };
        command.SetAction(parsed => new BenchJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Layer = parsed.GetValue(layer),
            Channel = parsed.GetValue(channel) ?? 0,
            Size = parsed.GetValue(size),
            Batch = parsed.GetValue(batch) ?? 1,
            Threads = parsed.GetValue(threads),
            Steps = parsed.GetValue(steps) ?? 20,
            Profile = parsed.GetValue(profile),
            Kernels = parsed.GetValue(kernels),
            Json = parsed.GetValue(json),
        }.Run());
        return command;
    }
}
