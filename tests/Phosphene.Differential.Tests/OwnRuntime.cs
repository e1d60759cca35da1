using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Phosphene.Differential.Tests;

/// <summary>A graph in Phosphene, from the bytes of its file.</summary>
internal static unsafe class OwnRuntime
{
    private static readonly Backend Backend = new(threads: 2);

    /// <summary>The outputs.</summary>
    /// <exception cref="ModelFormatException">Phosphene refuses the graph.</exception>
    public static Numbers[] Run(SmallGraph graph)
    {
        byte[] bytes = GraphFile.Write(graph);
        fixed (byte* memory = bytes)
        {
            using var resource = new UnmanagedMemoryStream(memory, bytes.Length);
            using OnnxModel model = OnnxModel.Read("graph", resource);
            Dictionary<string, Tensor> inputs = graph.Inputs.ToDictionary(given => given.Name, given => new Tensor(new Input(new Shape(given.Numbers.Shape), given.Name)));
            ImportedGraph imported = new OnnxImporter(model).Bind(inputs);
            ImportedValue[] values = [.. graph.Outputs.Select(name => imported.Resolve(name) ?? throw new InvalidOperationException($"There is no {name}."))];
            lock (Backend) return Computed(graph, inputs, values);
        }
    }

    private static Numbers[] Computed(SmallGraph graph, Dictionary<string, Tensor> inputs, ImportedValue[] values)
    {
        using Plan plan = Backend.Compile([.. values.OfType<TensorValue>().Select(value => value.Tensor).Distinct()]);
        foreach (Given given in graph.Inputs)
        {
            Span<float> input = plan.Input(inputs[given.Name]);
            for (int i = 0; i < input.Length; i++) input[i] = (float)given.Numbers.Values[i];
        }
        plan.Run();
        return [.. values.Select(value => value switch
        {
            TensorValue tensor => new Numbers((TensorElementType)tensor.DataType, [.. tensor.Tensor.Shape], [.. plan.Output(tensor.Tensor).ToArray().Select(x => (double)x)]),
            IntegerValue integers => new Numbers((TensorElementType)integers.DataType, [.. integers.Shape], [.. integers.Values.Select(x => (double)x)]),
            MissingValue missing => throw new ModelFormatException($"The output is a value {missing.Reason}.", ModelFault.Unsupported),
            _ => throw new InvalidOperationException(),
        })];
    }
}
