using System.CommandLine;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene statistics --images DIR -o FILE.safetensors</summary>
internal static class StatisticsCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> images = InputDataset.Option();
        Option<int?> size = CommonOptions.Integer("--size", "S", "The height and width at which they are measured, in pixels, at most those that the images have; 224 by default.", 2, 4096);
        Option<string> output = new("--output", "-o") { HelpName = "FILE.safetensors", Required = true, Description = "The file to write." };
        Option<int?> threads = CommonOptions.Threads();
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };

        var command = new Command("statistics", "Measure the colours and frequencies of images, for pictures that have the same.") { images, size, output, threads, json, quiet };
        command.SetAction(parsed => new StatisticsJob(terminal)
        {
            Images = parsed.GetRequiredValue(images),
            Size = parsed.GetValue(size) ?? 224,
            Output = parsed.GetRequiredValue(output),
            Threads = parsed.GetValue(threads),
            Json = parsed.GetValue(json),
            Quiet = parsed.GetValue(quiet),
        }.Run());
        return command;
    }
}
