using System.CommandLine;
using System.Text.Json.Nodes;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>phosphene layers MODEL</summary>
internal static class LayersCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = CommonOptions.Model();
        Option<ImageSize?> size = CommonOptions.Size("The height and width of the image that the shapes are for; by default the size that the model was made for, or 224. Not for decoders.");
        Option<bool> all = new("--all") { Description = "Also list layers that only move numbers, such as reshapes and slices, and the inner parts of modules, such as those of a normalization." };
        Option<string?> filter = new("--filter") { HelpName = "TEXT", Description = "List only layers that have this text in their name, alias or operator. Upper and lower case are the same." };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("layers", "List what can be visualized in a model: its layers, with their operators and shapes.") { path, all, filter, size, json };
        command.SetAction(parsed =>
        {
            using Model model = Open(parsed.GetRequiredValue(path), parsed.GetValue(size) is null);
            ImageSize? given = parsed.GetValue(size);
            (OnnxLayer Layer, Shape? Shape)[] asked = [.. model.LayerShapes(given?.Height, given?.Width).Where(entry => Holds(model, entry.Layer, parsed.GetValue(filter)))];
            if (asked.Length == 0 && parsed.GetValue(filter) is { } text)
                throw new UsageException($"No layer of '{model.Path}' has '{text}' in its name, alias or operator; 'phosphene layers --all' lists all {model.Layers.Count} layers.");
            (OnnxLayer Layer, Shape? Shape)[] layers = parsed.GetValue(all) ? asked : [.. asked.Where(entry => !model.IsPlumbing(entry.Layer, entry.Shape))];
            if (parsed.GetValue(json)) WriteJson(terminal.Output, layers, model.Aliases);
            else
            {
                WriteTable(terminal, layers, model.Aliases);
                if (layers.Length < asked.Length)
                    terminal.Output.WriteLine($"{layers.Length} of {asked.Length} layers; hidden, with little to see: {asked.Length - layers.Length}. --all lists all.");
                if (given is null && !Decoder.IsDecoder(model.Path) && model.Input is { Size: null, UsualSize: var (height, width) } input)
                    terminal.Output.WriteLine($"Shapes at {height} x {width} pixels: the model leaves the {(input.Width is not null ? "height" : input.Height is not null ? "width" : "size")} open (--size).");
            }
            return ExitCode.Success;
        });
        return command;
    }

    private static bool Holds(Model model, OnnxLayer layer, string? text) =>
        text is null || new[] { layer.Name, model.Aliases[layer.Name] ?? "", layer.Operator }.Any(name => name.Contains(text, StringComparison.OrdinalIgnoreCase));

    // A decoder sees nothing, and yet has layers.
    private static Model Open(string path, bool ofItsOwnSize)
    {
        if (!Decoder.IsDecoder(path)) return Model.Load(path);
        if (ofItsOwnSize) return Model.LoadAny(path);
        throw new UsageException($"--size is the size of an image to look at; '{path}' is a decoder, which makes images of numbers.");
    }

    private static void WriteJson(TextWriter output, (OnnxLayer Layer, Shape? Shape)[] layers, LayerAliases aliases) =>
        JsonOutput.Write(output, JsonOutput.List(layers, entry => new JsonObject
        {
            ["name"] = entry.Layer.Name,
            ["alias"] = aliases[entry.Layer.Name],
            ["op"] = entry.Layer.Operator,
            ["shape"] = entry.Shape is null ? null : JsonOutput.List(entry.Shape, extent => JsonValue.Create(extent)),
            ["supported"] = entry.Layer.IsSupported,
        }));

    // A layer without a shape is not supported, comes after one that is not, or does not fit the size.
    private static void WriteTable(Terminal terminal, (OnnxLayer Layer, Shape? Shape)[] layers, LayerAliases aliases)
    {
        Column[] columns = [Column.Name("LAYER"), Column.Name("OPERATOR"), "SHAPE", ""];
        var table = new Table(aliases.Names.Count > 0 ? [Column.Name("ALIAS"), .. columns] : columns);
        foreach ((OnnxLayer layer, Shape? shape) in layers)
        {
            string[] cells = [layer.Name, layer.Operator, shape?.ToString() ?? "-", layer.IsSupported ? "" : "not supported"];
            table.Add(aliases.Names.Count > 0 ? [aliases[layer.Name] ?? "", .. cells] : cells);
        }
        table.WriteTo(terminal);
    }
}
