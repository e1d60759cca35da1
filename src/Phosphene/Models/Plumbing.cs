using System.Text.RegularExpressions;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Models;

/// <summary>
/// Which layers only move numbers or are a step on the way to what a module gives: reshapes, the parts of a layer normalization, what attention splits into heads.
/// What is left has channels over a grid, tokens or classes, and can be looked at.
/// </summary>
internal static partial class Plumbing
{
    // Moves numbers, or makes them from shapes alone.
    private static readonly HashSet<string> s_moves =
    [
        "Cast", "Compress", "Constant", "ConstantOfShape", "DepthToSpace", "Dropout", "Expand", "EyeLike", "Flatten", "Gather", "GatherElements", "GatherND", "Identity", "NonZero", "OneHot", "Pad", "Range",
        "Reshape", "Scatter", "ScatterElements", "ScatterND", "Shape", "Size", "Slice", "SpaceToDepth", "Split", "Squeeze", "Tile", "Transpose", "Trilu", "Unsqueeze",
    ];

    // Arithmetic that exporters spell modules out with.
    private static readonly HashSet<string> s_steps =
    [
        "Abs", "And", "Div", "Equal", "Erf", "Exp", "Greater", "Less", "Log", "MatMul", "Max", "Min", "Mul", "Neg", "Not", "Pow", "Reciprocal", "ReduceMax", "ReduceMean", "ReduceSum", "Sqrt", "Sub", "Where",
    ];

    /// <summary>Whether a layer is not to be looked at.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="shape">Its shape as objectives see it, for one image; null if it cannot be had.</param>
    public static bool Is(Model model, OnnxLayer layer, Shape? shape)
    {
        if (model.Importer.Outputs.Any(output => output.Name == layer.Name)) return false;
        bool moves = s_moves.Contains(layer.Operator), steps = s_steps.Contains(layer.Operator);
        if (shape is null) return moves || steps;
        bool isModule = IsModule(model, layer);
        // Heads and windows stand where the batch would; one channel is what is summed up of many.
        if (shape.Rank < 2 || shape.Batch != 1 || (shape.Rank > 2 && shape.Channels == 1)) return true;
        if (layer.Operator is "Softmax" or "LogSoftmax") return shape.Rank > 2;
        if (layer.Operator is "Identity" or "Dropout" or "Cast" or "Constant") return true;
        if (moves) return !isModule;
        if (isModule) return false;
        bool isNamed = model.Aliases[layer.Name] is null, joins = InputsOf(model, layer).All(model.HasLayer);
        return layer.Operator switch
        {
            "Add" => !joins && !isNamed,                             // a sum of two layers ends a block; with a weight it is a bias or a small number
            "Mul" => !joins || !isNamed,
            "MatMul" => !isNamed,
            _ => steps,
        };
    }

    internal static IEnumerable<string> InputsOf(Model model, OnnxLayer layer) => model.Importer.Model.Graph.Nodes[layer.NodeIndex].Inputs.Where(input => input.Length > 0);

    // Whether an exporter gave a layer the name of a module, whose value it then is.
    private static bool IsModule(Model model, OnnxLayer layer)
    {
        if (model.Aliases[layer.Name] is not { } alias) return false;
        OnnxNode node = model.Importer.Model.Graph.Nodes[layer.NodeIndex];
        return ExporterName.Of(layer.Name, node.Name) is { Path: { Length: > 0 } path } && (Ends(path, alias) || Ends(path, Number().Replace(alias, "")));
    }

    private static bool Ends(string path, string alias) => path == alias || path.EndsWith($".{alias}", StringComparison.Ordinal);

    // Of a name that was taken: relu_2.
    [GeneratedRegex(@"_\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
