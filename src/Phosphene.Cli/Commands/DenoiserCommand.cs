using System.CommandLine;
using Phosphene.Evidence.Priors;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene denoiser --images DIR -o FILE.onnx</summary>
internal static class DenoiserCommand
{
    // Noise as strong as the image hides all of it.
    private const float MostDeviation = 1;

    public static Command Create(Terminal terminal)
    {
        Option<string> images = InputDataset.Option();
        Option<int?> size = CommonOptions.Integer("--size", "S", "The height and width that images are brought to before parts of them are taken, in pixels: that of the pictures to come; 224 by default.", DenoiserJob.Side, 4096);
        Option<float?> deviation = CommonOptions.PositiveNumber("--noise", "SIGMA", $"The standard deviation of the noise that it learns to take away, images going from 0 to 1; {DenoiserTraining.UsualDeviation:0.0} by default.", MostDeviation);
        Option<bool> grey = new("--grey") { Description = "Train on grey images. Such a denoiser serves images of any number of channels, each for itself." };
        Option<string> output = new("--output", "-o") { HelpName = "FILE.onnx", Required = true, Description = "The file to write." };
        Option<int?> steps = CommonOptions.Integer("--steps", "N", $"The number of steps; {DenoiserTraining.UsualSteps} by default.", 1, int.MaxValue);
        Option<ulong?> seed = CommonOptions.Seed("models");
        Option<bool> resume = new("--resume") { Description = "Continue from FILE.checkpoint, which an interrupted training leaves." };
        Option<string?> metrics = new("--metrics") { HelpName = "FILE.jsonl", Description = "Write a line of JSON with loss and speed to this file every 50 steps. With --resume lines are added; otherwise the file is replaced." };
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };
        var command = new Command("denoiser", "Train a model that takes noise away on images, for pictures that are as likely as those.") { images, size, deviation, grey, output, steps, seed, resume, metrics, threads, json, quiet };
        command.SetAction(parsed => new DenoiserJob(terminal)
        {
            Images = parsed.GetRequiredValue(images),
            Size = parsed.GetValue(size) ?? 224,
            Deviation = parsed.GetValue(deviation) ?? DenoiserTraining.UsualDeviation,
            Grey = parsed.GetValue(grey),
            Output = parsed.GetRequiredValue(output),
            Steps = parsed.GetValue(steps) ?? DenoiserTraining.UsualSteps,
            Seed = parsed.GetValue(seed) ?? 0,
            Resume = parsed.GetValue(resume),
            Metrics = parsed.GetValue(metrics),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
