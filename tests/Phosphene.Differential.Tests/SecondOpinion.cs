using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests;

/// <summary>
/// A graph in ONNX Runtime, without its optimizations: an opinion on each node as it stands. (With them, a Shape may be worked out from the declared
/// rather than the computed shape, and they differ for MaxPool with ceil_mode.) Only its own exception is a refusal; any other error is one.
/// </summary>
internal sealed class SecondOpinion : IDisposable
{
    private static readonly RunOptions Options = new() { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };

    private readonly InferenceSession _session;
    private readonly SmallGraph _graph;

    /// <summary>Loads the graph.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not load it.</exception>
    public SecondOpinion(SmallGraph graph)
    {
        _graph = graph;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        _session = new InferenceSession(GraphFile.Write(graph), options);
    }

    /// <summary>The outputs, for inputs by name.</summary>
    /// <exception cref="OnnxRuntimeException">ONNX Runtime does not run it.</exception>
    public Numbers[] Run(Func<string, Numbers> inputs)
    {
        string[] names = [.. _graph.Inputs.Select(given => given.Name)];
        OrtValue[] values = [.. names.Select(name => ToValue(inputs(name)))];
        try
        {
            using IDisposableReadOnlyCollection<OrtValue> results = _session.Run(Options, names, values, _graph.Outputs);
            return [.. results.Select(FromValue)];
        }
        finally
        {
            foreach (OrtValue value in values) value.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();

    private static OrtValue ToValue(Numbers numbers)
    {
        long[] shape = [.. numbers.Shape.Select(extent => (long)extent)];
        OrtValue value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (TensorElementType)numbers.Type, shape);
        GraphFile.Raw(numbers).CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Numbers FromValue(OrtValue value)
    {
        OrtTensorTypeAndShapeInfo info = value.GetTensorTypeAndShape();
        int[] shape = [.. info.Shape.Select(extent => (int)extent)];
        double[] values = info.ElementDataType switch
        {
            TensorElementType.Float => [.. value.GetTensorDataAsSpan<float>().ToArray().Select(element => (double)element)],
            TensorElementType.Int64 => [.. value.GetTensorDataAsSpan<long>().ToArray().Select(element => (double)element)],
            TensorElementType.Int32 => [.. value.GetTensorDataAsSpan<int>().ToArray().Select(element => (double)element)],
            TensorElementType.Int8 => [.. value.GetTensorDataAsSpan<sbyte>().ToArray().Select(element => (double)element)],
            TensorElementType.Bool or TensorElementType.UInt8 => [.. value.GetTensorDataAsSpan<byte>().ToArray().Select(element => (double)element)],
            var other => throw new InvalidOperationException($"ONNX Runtime gave {other}, which no operator here makes."),
        };
        return new Numbers(info.ElementDataType, shape, values);
    }
}
