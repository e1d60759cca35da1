using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Conformance.Tests;

/// <summary>
/// Imports a case and computes its outputs. Real inputs are computed with, as an image would be; integers and truth values are numbers known at
/// import, as shapes and indices are, and so are the real numbers that decide a shape.
/// </summary>
internal static class CaseRun
{
    private const double Relative = 1e-3, Absolute = 1e-7;

    // Real inputs that decide the shape of an output, or that are settings.
    private static readonly HashSet<string> Settings = ["scales", "roi", "value", "start", "limit", "delta", "ratio", "r", "depth", "values", "lower_edge_hertz", "upper_edge_hertz"];

    // Operators whose results are as many as they find, in numbers of any type.
    private static readonly HashSet<string> Finding = ["NonZero", "Unique", "NonMaxSuppression"];

    /// <summary>The case bound: its graph, the tensors that stand for its inputs, and their values.</summary>
    public static (ImportedGraph Graph, Dictionary<Tensor, float[]> Inputs) Bind(LoadedCase loaded)
    {
        var importer = new OnnxImporter(loaded.Model);
        OnnxTensor[] given = loaded.Inputs ?? [Ramp(importer.Inputs.Single())];
        var bound = new Dictionary<string, Tensor>();
        var known = new Dictionary<string, OnnxTensor>();
        var values = new Dictionary<Tensor, float[]>(ReferenceEqualityComparer.Instance);
        bool finds = loaded.Model.Graph.Nodes.Any(node => Finding.Contains(node.Operator));
        foreach ((OnnxValue input, OnnxTensor tensor) in importer.Inputs.Zip(given))
        {
            if (!tensor.DataType.IsReal() || Settings.Contains(input.Name) || finds)
            {
                known.Add(input.Name, tensor);
                continue;
            }
            var variable = new Tensor(new Input(tensor.Shape, input.Name)) { Name = input.Name };
            bound.Add(input.Name, variable);
            values.Add(variable, tensor.ToFloats().ToArray());
        }
        return (importer.Bind(bound, known), values);
    }

    /// <summary>Compares all outputs with the expected ones. Null if they agree, else the first difference in one sentence.</summary>
    public static string? Compare(LoadedCase loaded)
    {
        (ImportedGraph graph, Dictionary<Tensor, float[]> inputs) = Bind(loaded);
        for (int i = 0; i < loaded.Outputs.Length; i++)
        {
            OnnxTensor expected = loaded.Outputs[i];
            string name = loaded.Model.Graph.Outputs[i].Name;
            (Shape shape, OnnxDataType type, double[] actual) = Compute(graph, name, inputs);
            if (shape != expected.Shape) return $"output {i} has the shape {shape}, should be {expected.Shape}";
            if (type != expected.DataType) return $"output {i} holds {type}, should be {expected.DataType}";
            double[] wanted = type.IsReal()
                ? [.. expected.ToFloats().ToArray().Select(value => (double)value)]
                : [.. expected.ToIntegers().Select(value => (double)value)];
            // A number that is small beside the others is what their rounding left of it.
            double absolute = Absolute * Math.Max(1, wanted.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max());
            for (int k = 0; k < wanted.Length; k++)
                if (!Agree(actual[k], wanted[k], type, absolute)) return $"output {i} is {actual[k]} at {k}, should be {wanted[k]}";
        }
        return null;
    }

    // A bfloat16 has eight bits of fraction.
    private static bool Agree(double actual, double wanted, OnnxDataType type, double absolute) =>
        actual.Equals(wanted) || Math.Abs(actual - wanted) <= absolute + (type == OnnxDataType.BFloat16 ? 1 / 256.0 : Relative) * Math.Abs(wanted);

    private static (Shape, OnnxDataType, double[]) Compute(ImportedGraph graph, string name, Dictionary<Tensor, float[]> inputs)
    {
        switch (graph.Resolve(name))
        {
            case IntegerValue integers:
                return (integers.Shape, integers.DataType, [.. integers.Values.Select(value => (double)value)]);
            case TensorValue { Tensor: var tensor, DataType: var type }:
                return (tensor.Shape, type, [.. Run(inputs, [tensor])[0].Select(value => (double)value)]);
            case MissingValue missing:
                throw new ModelFormatException($"Output '{name}' is a value {missing.Reason}.", ModelFault.Unsupported);
            default:
                throw new InvalidOperationException($"There is no output '{name}'.");
        }
    }

    /// <summary>The values of tensors, by the kernels.</summary>
    public static float[][] Run(Dictionary<Tensor, float[]> inputs, Tensor[] outputs)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(outputs);
        foreach ((Tensor input, float[] values) in inputs)
            if (!plan.Input(input).IsEmpty) values.CopyTo(plan.Input(input));
        plan.Run();
        return [.. outputs.Select(output => plan.Output(output).ToArray())];
    }

    // What the expected outputs of the light models were computed from: i / n at the i-th of n elements.
    private static OnnxTensor Ramp(OnnxValue input)
    {
        Shape shape = input.Shape!;
        float[] values = [.. Enumerable.Range(0, shape.Count).Select(i => (float)(i / (double)shape.Count))];
        return new OnnxTensor(input.Name, shape, OnnxDataType.Float32, System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).ToArray());
    }
}
