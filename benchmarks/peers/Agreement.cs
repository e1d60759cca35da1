using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Peers;

/// <summary>Do Phosphene and its peers compute the same? Who does less, or something else, has no time to compare.</summary>
internal static class Agreement
{
    // As length of the difference by length of the whole. Rounding is some 1e-6; where it decides which of two taps a max pooling takes, or whether a ReLU
    // lets through, the layer does not notice, but the gradient goes another way from there on.
    private const double LayerTolerance = 1e-3, GradientTolerance = 5e-2;

    /// <summary>A sentence for each value in which a peer is not Phosphene's equal.</summary>
    public static IEnumerable<string> Differences(Work work)
    {
        (float[] layer, float[] gradient) = Own(work);
        var sentences = new List<string?>();
        foreach ((string name, bool channelsLast) in new[] { ("libtorch", false), ("libtorch, channels last", true) })
        {
            using var torch = new TorchPeer(work, channelsLast);
            sentences.Add(Difference(work, $"layer of {name}", torch.Layer(), layer, LayerTolerance));
            sentences.Add(Difference(work, $"gradient of {name}", torch.Gradient(), gradient, GradientTolerance));
        }
        using var onnxRuntime = new OnnxRuntimePeer(work);
        sentences.Add(Difference(work, "layer of ONNX Runtime", onnxRuntime.Layer(), layer, LayerTolerance));
        return sentences.OfType<string>();
    }

    private static (float[] Layer, float[] Gradient) Own(Work work)
    {
        using OnnxModel onnx = OnnxModel.Open(work.Model);
        using var backend = new Backend(work.Threads);
        var image = new Tensor(new Input(new Shape(work.Batch, 3, work.Size, work.Size), "image"));
        Tensor layer = new OnnxImporter(onnx).Bind(image)[work.Layer], gradient = Gradients.Of(layer.Channel(0).Mean(), [image])[0];
        using Plan plan = backend.Compile(layer, gradient);
        work.Image().CopyTo(plan.Input(image));
        plan.Run();
        return (plan.Output(layer).ToArray(), plan.Output(gradient).ToArray());
    }

    private static string? Difference(Work work, string what, float[] theirs, float[] ours, double tolerance)
    {
        string name = $"{Path.GetFileName(work.Model)}, {work.Layer}: the {what}";
        if (theirs.Length != ours.Length) return $"{name} has {theirs.Length} numbers, that of Phosphene {ours.Length}.";
        double apart = Length(theirs.Zip(ours, (a, b) => a - b)) / Length(ours);
        return apart <= tolerance ? null : $"{name} differs from that of Phosphene by {apart:0.0e0} of its length; at most {tolerance:0.0e0} is expected.";
    }

    private static double Length(IEnumerable<float> vector) => Math.Sqrt(vector.Sum(x => (double)x * x));
}
