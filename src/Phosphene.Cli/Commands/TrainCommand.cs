using System.CommandLine;
using Phosphene.Shapes.Training;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene train MODEL -o FILE.onnx</summary>
internal static class TrainCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> model = new("MODEL") { Description = $"What to train: {string.Join(", ", ShapesTraining.Names)}." };
        Option<string?> output = new("--output", "-o") { HelpName = "FILE.onnx", Description = "The file to write; MODEL.onnx by default. The decoder of an autoencoder is also written, to FILE-decoder.onnx." };
        Option<int?> steps = CommonOptions.Integer("--steps", "N", "The number of steps; by default 20000 for the classifier, 12000 for the autoencoder, 16000 for the VAE.", 1, int.MaxValue);
        Option<ulong?> seed = CommonOptions.Seed("models");
        Option<int?> size = CommonOptions.Integer("--size", "N", "Only for the classifier: the height and width of its images in pixels; 48 by default.", 16, 512);
        Option<bool> grey = new("--grey") { Description = "Only for the classifier: train on grey images." };
        Option<int?> keep = CommonOptions.Integer("--keep-every", "N", "Also write the model as it is every N steps, a multiple of 50, to FILE.step-00500.onnx and so on, for 'phosphene history'.", 1, int.MaxValue);
        Option<bool> resume = new("--resume") { Description = "Continue from FILE.checkpoint, which an interrupted training leaves." };
        Option<string?> metrics = new("--metrics") { HelpName = "FILE.jsonl", Description = "Write a line of JSON with loss, accuracy and speed to this file every 50 steps. With --resume lines are added; otherwise the file is replaced." };
        Option<string?> sheet = new("--sheet") { HelpName = "FILE.png", Description = "Only for an autoencoder: also write a picture with a test image of each class and what the model makes of it." };
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };
        var command = new Command("train", "Train a model on the shapes, and write it as ONNX.") { model, output, steps, seed, size, grey, keep, resume, metrics, sheet, threads, json, quiet };
        command.SetAction(parsed => new TrainJob(terminal)
        {
            Model = parsed.GetRequiredValue(model),
            Output = parsed.GetValue(output) ?? $"{parsed.GetRequiredValue(model)}.onnx",
            Steps = parsed.GetValue(steps),
            Seed = parsed.GetValue(seed) ?? 0,
            Size = parsed.GetValue(size),
            Grey = parsed.GetValue(grey),
            KeepEvery = parsed.GetValue(keep),
            Resume = parsed.GetValue(resume),
            Metrics = parsed.GetValue(metrics),
            Sheet = parsed.GetValue(sheet),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
