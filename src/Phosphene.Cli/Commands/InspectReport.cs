using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Models;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Cli.Commands;

/// <summary>What "inspect" tells.</summary>
internal sealed class InspectReport(ModelInspection about)
{
    private readonly Model _model = about.Model;
    private readonly string _opsets = string.Join(", ", about.File.Opsets.OrderBy(opset => opset.Key, StringComparer.Ordinal).Select(opset => $"{Domain(opset.Key)} {opset.Value}"));

    public void WriteText(Terminal terminal)
    {
        var facts = new Facts();
        facts.Add("model", Path.GetFileName(_model.Path));
        facts.Add("made by", about.File.Producer.Length > 0 ? about.File.Producer : "not stated");
        facts.Add("format", $"IR version {about.File.IrVersion}, operator set {_opsets}");
        foreach (OnnxValue input in about.DeclaredInputs) facts.Add("input", $"{input} {input.ElementType}");
        foreach (OnnxValue value in about.DeclaredOutputs) facts.Add("output", $"{value} {value.ElementType}");
        facts.Add("size", Invariant($"{about.File.Graph.Nodes.Length} nodes, {about.Layers.Count} layers, {about.Parameters} weights, {Giga(about.Layers.Sum(layer => layer.Operations))} GFLOP forward at {Sizes()}"));
        facts.Add("preprocessing", $"{_model.Preprocessing} ({_model.PreprocessingSource})");
        facts.Add("labels", _model.Labels.Count > 0 ? Invariant($"{_model.Labels.Count}") : "none");
        if (about.Obstacle is null && CommonOptions.LabelsDoubt(_model) is { } misfit) facts.Add("problem", misfit);
        facts.Add("gradients", about.GradientReachesInput ? "reach the input" : "do not reach the input");
        if (about.Missing.IsEmpty) facts.Add("missing", "nothing");
        foreach (MissingOperator missing in about.Missing)
            facts.Add("missing", Invariant($"{missing}: {missing.Count} {(missing.Count == 1 ? "node" : "nodes")}, the first '{missing.Node}'; {missing.Advice}"));
        if (about.Obstacle is { } obstacle) facts.Add("obstacle", obstacle);
        foreach ((string reason, int layers) in about.Problems) facts.Add("problem", Invariant($"{layers} of {about.Layers.Count} layers cannot be had: {reason}"));
        facts.WriteTo(terminal);
        terminal.Output.WriteLine();

        bool aliases = _model.Aliases.Names.Count > 0;
        Column[] columns = [Column.Name("LAYER"), Column.Name("OPERATOR"), "SHAPE", Column.Number("MFLOP"), ""];
        var table = new Table(aliases ? [Column.Name("ALIAS"), .. columns] : columns);
        foreach (LayerInspection layer in about.Layers)
        {
            string note = !layer.Layer.IsSupported ? "not supported" : layer.Shape is not null && !layer.GradientReachesInput ? "no gradient" : "";
            string[] cells = [layer.Layer.Name, layer.Layer.Operator, layer.Shape?.ToString() ?? "-", layer.Operations > 0 ? Invariant($"{layer.Operations / 1e6:0.0}") : "", note];
            table.Add(aliases ? [layer.Alias ?? "", .. cells] : cells);
        }
        table.WriteTo(terminal);
    }

    public void WriteJson(TextWriter output) => JsonOutput.Write(output, new JsonObject
    {
        ["model"] = Path.GetFileName(_model.Path),
        ["producer"] = about.File.Producer,
        ["irVersion"] = about.File.IrVersion,
        ["opsets"] = new JsonObject(about.File.Opsets.OrderBy(opset => opset.Key, StringComparer.Ordinal).Select(opset => KeyValuePair.Create(Domain(opset.Key), (JsonNode?)opset.Value))),
        ["inputs"] = JsonOutput.List(about.DeclaredInputs, Declared),
        ["outputs"] = JsonOutput.List(about.DeclaredOutputs, Declared),
        ["nodes"] = about.File.Graph.Nodes.Length,
        ["weights"] = about.Parameters,
        ["shapesFor"] = JsonOutput.List(about.Inputs, input => JsonOutput.List(input.Shape, extent => JsonValue.Create(extent))),
        ["operations"] = about.Layers.Sum(layer => layer.Operations),
        ["preprocessing"] = _model.Preprocessing.ToString(),
        ["preprocessingSource"] = _model.PreprocessingSource,
        ["labels"] = _model.Labels.Count,
        ["gradientReachesInput"] = about.GradientReachesInput,
        ["obstacle"] = about.Obstacle,
        ["missing"] = JsonOutput.List(about.Missing, missing => new JsonObject
        {
            ["operator"] = missing.Operator,
            ["domain"] = missing.Domain,
            ["opset"] = missing.Opset,
            ["node"] = missing.Node,
            ["count"] = missing.Count,
            ["advice"] = missing.Advice,
        }),
        ["problems"] = JsonOutput.List(about.Problems, problem => new JsonObject { ["reason"] = problem.Reason, ["layers"] = problem.Layers }),
        ["layers"] = JsonOutput.List(about.Layers, layer => new JsonObject
        {
            ["name"] = layer.Layer.Name,
            ["alias"] = layer.Alias,
            ["op"] = layer.Layer.Operator,
            ["node"] = layer.Layer.Node,
            ["shape"] = layer.Shape is null ? null : JsonOutput.List(layer.Shape, extent => JsonValue.Create(extent)),
            ["operations"] = layer.Operations,
            ["gradientReachesInput"] = layer.GradientReachesInput,
            ["supported"] = layer.Layer.IsSupported,
        }),
    });

    private static JsonObject Declared(OnnxValue value) => new()
    {
        ["name"] = value.Name,
        ["type"] = value.ElementType.ToString(),
        ["shape"] = value.Dimensions is { } dimensions
            ? JsonOutput.List(dimensions, dimension => dimension.Extent is { } extent ? JsonValue.Create(extent) : dimension.Symbol is { } symbol ? JsonValue.Create(symbol) : null)
            : null,
    };

    private string Sizes() => string.Join(", ", about.Inputs.Select(input => input.Shape.ToString()));

    private static string Domain(string domain) => domain.Length == 0 ? "ai.onnx" : domain;

    private static string Giga(double operations) => Invariant($"{operations / 1e9:0.###}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
