using System.CommandLine;
using System.Text.Json.Nodes;
using Phosphene.Latents;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene layers MODEL</summary>
internal static class LayersCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = Words.Model();
        Option<ImageSize?> size = Words.Size("The height and width of the image that the shapes are for; by default the size that the network was made for, else 224. A decoder has none.");
        Option<bool> json = Words.Json();
        var command = new Command("layers", "List what can be visualized in a network: its layers, with their operators and shapes.") { path, size, json };
        command.SetAction(parsed =>
        {
            (OnnxLayer Layer, Shape? Shape)[] layers = Layers(parsed.GetRequiredValue(path), parsed.GetValue(size));
            if (parsed.GetValue(json)) WriteJson(terminal.Output, layers);
            else WriteTable(terminal.Output, layers);
            return ExitCode.Success;
        });
        return command;
    }

    private static (OnnxLayer Layer, Shape? Shape)[] Layers(string path, ImageSize? size)
    {
        if (!Decoder.IsDecoder(path))
        {
            using Model model = Model.Load(path);
            return [.. model.LayerShapes(size?.Height, size?.Width)];
        }
        using var decoder = Decoder.Load(path);
        if (size is not null) throw new UsageException($"--size is the size of an image to look at; '{path}' is a decoder, which makes images of {decoder.Latents} numbers.");
        return [.. decoder.LayerShapes()];
    }

    private static void WriteJson(TextWriter output, (OnnxLayer Layer, Shape? Shape)[] layers) =>
        JsonOutput.Write(output, JsonOutput.List(layers, entry => new JsonObject
        {
            ["name"] = entry.Layer.Name,
            ["op"] = entry.Layer.Operator,
            ["shape"] = entry.Shape is null ? null : JsonOutput.List(entry.Shape, extent => JsonValue.Create(extent)),
            ["supported"] = entry.Layer.IsSupported,
        }));

    // A layer without a shape is not supported, comes after one that is not, or does not fit the size.
    private static void WriteTable(TextWriter output, (OnnxLayer Layer, Shape? Shape)[] layers)
    {
        string[][] rows =
        [
            ["LAYER", "OPERATOR", "SHAPE", ""],
            .. layers.Select(entry => new[]
            {
                SafeText.Of(entry.Layer.Name), SafeText.Of(entry.Layer.Operator), entry.Shape?.ToString() ?? "-", entry.Layer.IsSupported ? "" : "not supported",
            }),
        ];
        int[] widths = [.. Enumerable.Range(0, 4).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows) output.WriteLine(string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width))).TrimEnd());
    }
}
