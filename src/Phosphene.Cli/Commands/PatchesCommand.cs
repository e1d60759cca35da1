using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Priors;
using Phosphene.Images;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene patches --images DIR -o FILE.safetensors</summary>
internal static class PatchesCommand
{
    private const int UsualSize = 224, UsualSide = 8, UsualCount = 1024;

    public static Command Create(Terminal terminal)
    {
        Option<string> images = InputDataset.Option();
        Option<int?> size = CommonOptions.Integer("--size", "S", $"The height and width that images are brought to before patches are taken, in pixels: that of the pictures to come; {UsualSize} by default.", 2, 4096);
        Option<int?> side = CommonOptions.Integer("--side", "S", $"The height and width of a patch in pixels; {UsualSide} by default.", 2, 64);
        Option<int?> count = CommonOptions.Integer("--count", "N", $"How many patches; {UsualCount} by default. A step takes as much longer.", 1, 65_536);
        Option<bool> grey = new("--grey") { Description = "Take grey patches. They serve images of any number of channels, each for itself." };
        Option<ulong?> seed = CommonOptions.Seed("patches");
        Option<string> output = new("--output", "-o") { HelpName = "FILE.safetensors", Required = true, Description = "The file to write." };
        Option<bool> json = CommonOptions.Json(), quiet = new("--quiet") { Description = "No progress and no summary." };
        var command = new Command("patches", "Take small parts of images, for pictures that are made of the like.") { images, size, side, count, grey, seed, output, json, quiet };
        command.SetAction(parsed =>
        {
            string file = parsed.GetRequiredValue(output);
            OutputFile.Require(file, ".safetensors", "patches are an array of that format");
            Dataset folder = InputDataset.Open(parsed.GetRequiredValue(images));
            long start = Stopwatch.GetTimestamp();
            PatchMeasurement? taken;
            using (Progress? progress = terminal.Progress(folder.Files.Count, parsed.GetValue(quiet), "image"))
                taken = PatchMeasurement.Of(folder, parsed.GetValue(size) ?? UsualSize, parsed.GetValue(side) ?? UsualSide, parsed.GetValue(count) ?? UsualCount, parsed.GetValue(grey) ? 1 : 3,
                    parsed.GetValue(seed) ?? 0, done => progress?.Report(done), terminal.Interruption.Token);
            if (taken is null)
            {
                terminal.Error.WriteLine("phosphene: Interrupted; nothing was written.");
                return terminal.Interruption.Code;
            }
            ImagePatches patches = taken.Patches;
            patches.Save(file);
            SkippedImages.Warn(terminal, taken.Skipped);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            int read = folder.Files.Count - taken.Skipped.Count;
            if (parsed.GetValue(json))
                JsonOutput.Write(terminal.Output, new JsonObject
                {
                    ["file"] = file,
                    ["patches"] = patches.Count,
                    ["side"] = patches.Side,
                    ["channels"] = patches.Channels,
                    ["images"] = read,
                    ["skipped"] = SkippedImages.Json(taken.Skipped),
                    ["seconds"] = Math.Round(seconds, 2),
                });
            else if (!parsed.GetValue(quiet))
                terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file}: {patches.Count} patches of {patches.Side} x {patches.Side} pixels of {read} images, {seconds:0} s; use it as patches('{file}')."));
            return ExitCode.Success;
        });
        return command;
    }
}
