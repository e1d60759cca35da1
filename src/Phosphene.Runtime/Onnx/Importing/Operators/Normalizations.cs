using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Normalization across channels and by stored statistics.</summary>
internal static class Normalizations
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("LRN", 1, 1, Lrn),
        OnnxOperator.Of("BatchNormalization", 7, 5, BatchNormalization),
    ];

    private static Tensor Lrn(ImportNode node)
    {
        long size = node.Integer("size") ?? throw node.Malformed("has no size, which it needs");
        if (size is < 1 or > 1 << 20) throw node.Malformed($"has size = {size}, where a number of channels is expected");
        return new Tensor(new Lrn((int)size, node.Real("alpha", 1e-4f), node.Real("beta", 0.75f), node.Real("bias", 1)), node.Image(0));
    }

    // y = x·s + t with s = scale / √(variance + ε) and t = bias - mean·s, per channel, worked out in double.
    private static Tensor BatchNormalization(ImportNode node)
    {
        float epsilon = node.Real("epsilon", 1e-5f);
        node.Accept("momentum");   // of the running statistics, in training
        if (node.Opset >= 14 && node.Flag("training_mode")) throw node.Unsupported("has training_mode = 1, where inference is expected");
        if (node.Opset < 9 && !node.Flag("spatial", absent: true))
            throw node.Unsupported("has spatial = 0 (statistics per position), where one per channel is supported");

        Tensor x = node.Tensor(0);
        if (x.Shape.Rank < 2) throw node.Mismatch($"needs an input [N, C, ...], its input is {x.Shape}");
        int channels = x.Shape.Channels;
        ReadOnlySpan<float> scale = PerChannel(node, 1, channels), bias = PerChannel(node, 2, channels);
        ReadOnlySpan<float> mean = PerChannel(node, 3, channels), variance = PerChannel(node, 4, channels);

        var s = new float[channels];
        var t = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double factor = scale[c] / Math.Sqrt((double)variance[c] + epsilon);
            (s[c], t[c]) = ((float)factor, (float)(bias[c] - mean[c] * factor));
            if (!float.IsFinite(s[c]) || !float.IsFinite(t[c]))
                throw node.Malformed($"has variance {variance[c]} with epsilon {epsilon} in channel {c}, which gives no finite scale");
        }
        Shape shape = Across(x.Shape.Rank, channels);
        return x * Tensor.Constant(shape, s) + Tensor.Constant(shape, t);
    }

    private static ReadOnlySpan<float> PerChannel(ImportNode node, int input, int channels)
    {
        (Shape shape, ReadOnlyMemory<float> values) = node.Constant(input);
        return shape == new Shape(channels)
            ? values.Span
            : throw node.Mismatch($"has {shape} as input {input}, where [{channels}] is expected, one for each channel");
    }

    // [1, C, 1, 1]
    private static Shape Across(int rank, int channels)
    {
        Span<int> extents = stackalloc int[rank];
        extents.Fill(1);
        extents[1] = channels;
        return new Shape(extents);
    }
}
