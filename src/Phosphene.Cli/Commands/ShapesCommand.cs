using System.CommandLine;
using Phosphene.Shapes.Datasets;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene shapes -o DIR, or --sheet FILE.png</summary>
internal static class ShapesCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string?> output = new("--output", "-o")
        {
            HelpName = "DIR",
            Description = "The folder to write to: DIR/train/CLASS/IMAGE.png, and DIR/val and DIR/test in the same way. It must be new, empty, or hold a part of the same dataset, which is then completed.",
        };
        Option<string?> sheet = new("--sheet") { HelpName = "FILE.png", Description = "In place of the dataset, write one picture with three examples of each class." };
        Option<int?> count = CommonOptions.Integer("--count", "N", "The number of images; 24000 by default. With a multiple of 600 all classes have the same size in each split.", 1, ShapesDataset.MaximumCount);
        Option<int?> size = CommonOptions.Integer("--size", "N", "The height and width of an image in pixels; 48 by default.", ShapesDataset.MinimumSize, ShapesDataset.MaximumSize);
        Option<ulong?> seed = CommonOptions.Seed();
        Option<bool> grey = new("--grey") { Description = "Grey images: one channel (luma) in place of red, green and blue." };
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };
        var command = new Command("shapes", "Write a dataset of simple shapes in 60 classes, to train on.") { output, sheet, count, size, seed, grey, threads, json, quiet };
        command.SetAction(parsed => new ShapesJob(terminal)
        {
            Output = parsed.GetValue(output),
            Sheet = parsed.GetValue(sheet),
            Count = parsed.GetValue(count),
            Size = parsed.GetValue(size) ?? 48,
            Seed = parsed.GetValue(seed) ?? 0,
            Channels = parsed.GetValue(grey) ? 1 : 3,
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
