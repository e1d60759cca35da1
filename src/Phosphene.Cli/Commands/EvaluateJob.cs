using System.Globalization;
using System.Text.Json.Nodes;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>One run of <see cref="EvaluateCommand"/>.</summary>
internal sealed record EvaluateJob(Terminal Terminal)
{
    public required string Model { get; init; }

    public string[] Inputs { get; init; } = [];

    public string[] Outputs { get; init; } = [];

    /// <summary>Objective, file, objective, file...</summary>
    public string[] Gradients { get; init; } = [];

    public string? Labels { get; init; }

    public int? Threads { get; init; }

    public bool Json { get; init; }

    public int Run()
    {
        if (Gradients.Length % 2 != 0) throw new UsageException($"--gradient takes an objective and a file; after '{Gradients[^1]}' the file is missing.");
        (string Text, Objective Objective, string File)[] gradients = [.. Gradients.Chunk(2).Select(pair => (pair[0], Objective.Parse(pair[0]), pair[1]))];
        foreach (string file in gradients.Select(gradient => gradient.File)) Require(file);

        using Model model = Models.Model.LoadAny(Model, CommonOptions.ModelOptions(null, Labels, Threads));
        ModelInspection about = ModelInspection.Declared(model);
        (string Name, string? File)[] outputs = [.. Outputs.Select(text => Output(text, model, about))];
        foreach (string? file in outputs.Select(output => output.File)) Require(file!);
        if (outputs.Length == 0 && gradients.Length == 0) outputs = [.. about.DeclaredOutputs.Select(output => (output.Name, (string?)null))];
        if (outputs.Length == 0 && gradients.Length == 0) throw new ModelFormatException($"Model '{Model}' has no outputs, where at least one is expected; export it again.");

        Dictionary<string, NumberArray> inputs = [];
        foreach (string text in Inputs)
        {
            (string name, string file) = Input(text, about);
            if (!inputs.TryAdd(name, InputArray.Read(file))) throw new UsageException($"Input '{name}' is given twice; give each input once.");
        }

        Evaluation evaluation;
        try
        {
            evaluation = Evaluation.Of(model, inputs, [.. outputs.Select(output => output.Name)], [.. gradients.Select(gradient => gradient.Objective)]);
        }
        catch (ModelFormatException error) when (error.Fault == ModelFault.ShapeMismatch && about.DeclaredInputs.Any(input => IsOfOtherSize(input, inputs)))
        {
            throw new UsageException(error.Message);
        }
        for (int i = 0; i < outputs.Length; i++)
            if (outputs[i].File is { } file) Write(file, evaluation.Layers[i]);
        for (int i = 0; i < gradients.Length; i++) Write(gradients[i].File, evaluation.Objectives[i].Gradient);
        if (Json) WriteJson(outputs, gradients, evaluation);
        else WriteText(outputs, gradients, evaluation);
        return ExitCode.Success;
    }

    private static void Require(string file) => OutputFile.Require(file, ".npy", "numbers are written as NumPy arrays");

    private static void Write(string file, NumberArray array) => NpyFile.Write(file, array.Shape, array.Values);

    private (string Name, string File) Input(string text, ModelInspection about)
    {
        if (about.DeclaredInputs.FirstOrDefault(input => text.StartsWith($"{input.Name}=", StringComparison.Ordinal)) is { } named)
            return (named.Name, text[(named.Name.Length + 1)..]);
        string has = string.Join(", ", about.DeclaredInputs.Take(8));
        return about.DeclaredInputs.Length == 1
            ? (about.DeclaredInputs[0].Name, text)
            : throw new UsageException($"'{text}' names no input of '{Model}', which has {(has.Length > 0 ? has : "none")}; give --input NAME=FILE.npy.");
    }

    // A name may hold "=" itself: the longest that is one counts.
    private static (string Name, string? File) Output(string text, Model model, ModelInspection about)
    {
        for (int at = text.LastIndexOf('='); at > 0; at = text.LastIndexOf('=', at - 1))
            if (IsLayer(text[..at])) return (text[..at], text[(at + 1)..]);
        if (text.IndexOf('=', StringComparison.Ordinal) is > 0 and var first) model.LayerName(text[..first]);
        return about.DeclaredOutputs.IsEmpty
            ? throw new UsageException($"'{model.Path}' has no outputs; name a layer: --output NAME={text}.")
            : (about.DeclaredOutputs[0].Name, text);

        bool IsLayer(string name) =>
            about.DeclaredOutputs.Any(output => output.Name == name) || model.Aliases.Names.ContainsKey(name) || model.Layers.Any(layer => layer.Name == name);
    }

    private static bool IsOfOtherSize(OnnxValue declared, Dictionary<string, NumberArray> inputs) =>
        declared.Dimensions is { } dimensions && inputs.TryGetValue(declared.Name, out NumberArray? given)
        && dimensions.Zip(given.Shape).Any(pair => pair.First.Extent != pair.Second);

    private void WriteText((string Name, string? File)[] outputs, (string Text, Objective, string File)[] gradients, Evaluation evaluation)
    {
        var table = new Table(Column.Name("NAME"), "SHAPE", Column.Number("MIN"), Column.Number("MEAN"), Column.Number("MAX"), Column.Name("FILE"));
        for (int i = 0; i < outputs.Length; i++) Row(outputs[i].Name, evaluation.Layers[i], outputs[i].File);
        for (int i = 0; i < gradients.Length; i++)
            Row(string.Create(CultureInfo.InvariantCulture, $"gradient of {gradients[i].Text} = {evaluation.Objectives[i].Value:G6}"), evaluation.Objectives[i].Gradient, gradients[i].File);
        table.WriteTo(Terminal);

        void Row(string name, NumberArray array, string? file)
        {
            (double minimum, double mean, double maximum) = Range(array);
            table.Add(name, array.Shape.ToString(), Number(minimum), Number(mean), Number(maximum), file ?? "");
        }

        static string Number(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
    }

    private void WriteJson((string Name, string? File)[] outputs, (string Text, Objective, string File)[] gradients, Evaluation evaluation)
    {
        JsonOutput.Write(Terminal.Output, new JsonObject
        {
            ["outputs"] = JsonOutput.List(outputs.Select((output, i) => (output, Array: evaluation.Layers[i])), entry =>
                Node(new JsonObject { ["name"] = entry.output.Name }, entry.Array, entry.output.File)),
            ["gradients"] = JsonOutput.List(gradients.Select((gradient, i) => (gradient, Result: evaluation.Objectives[i])), entry =>
                Node(new JsonObject { ["objective"] = entry.gradient.Text, ["value"] = JsonOutput.Number(entry.Result.Value) }, entry.Result.Gradient, entry.gradient.File)),
        });

        static JsonObject Node(JsonObject node, NumberArray array, string? file)
        {
            (double minimum, double mean, double maximum) = Range(array);
            node["shape"] = JsonOutput.List(array.Shape, extent => JsonValue.Create(extent));
            (node["minimum"], node["mean"], node["maximum"]) = (JsonOutput.Number(minimum), JsonOutput.Number(mean), JsonOutput.Number(maximum));
            node["file"] = file;
            return node;
        }
    }

    private static (double Minimum, double Mean, double Maximum) Range(NumberArray array) => array.Values.Length == 0
        ? (double.NaN, double.NaN, double.NaN)
        : (array.Values.Min(), array.Values.Average(value => (double)value), array.Values.Max());
}
