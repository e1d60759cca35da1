using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Normalization by stored statistics, by those of the input, and across channels.</summary>
internal static class Normalizations
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("LRN", 1, 1, Lrn),
        OnnxOperator.Of("BatchNormalization", 1, 5, BatchNormalization),
        OnnxOperator.Of("InstanceNormalization", 1, 3, InstanceNormalization),
        OnnxOperator.Of("GroupNormalization", 18, 3, GroupNormalization),
        new("LayerNormalization", 17, 2, 3, LayerNormalization),
        OnnxOperator.Of("RMSNormalization", 23, 2, RmsNormalization),
        OnnxOperator.Of("MeanVarianceNormalization", 9, 1, MeanVarianceNormalization),
        OnnxOperator.Of("LpNormalization", 1, 1, LpNormalization),
    ];

    private static Tensor Lrn(ImportNode node)
    {
        long size = node.Integer("size") ?? throw node.Malformed("has no size, which it needs");
        if (size is < 1 or > 1 << 20) throw node.Malformed($"has size = {size}, where a number of channels is expected");
        Tensor x = node.Image(0);
        // The pixels do not mix: any number of axes of them is two.
        Tensor image = x.Reshape(new Shape(x.Shape[0], x.Shape[1], x.Shape[2], x.Shape.CountOf(3, x.Shape.Rank)));
        return new Tensor(new Lrn((int)size, node.Real("alpha", 1e-4f), node.Real("beta", 0.75f), node.Real("bias", 1)), image).Reshape(x.Shape);
    }

    // y = x·s + t with s = scale / √(variance + ε) and t = bias - mean·s, per channel; worked out in double where all are known.
    private static Tensor BatchNormalization(ImportNode node)
    {
        float epsilon = node.Real("epsilon", 1e-5f);
        node.Accept("momentum");   // of the running statistics, in training
        if (node.Opset < 7) node.Accept("is_test");
        if (node.Opset >= 14 && node.Flag("training_mode")) throw node.Unsupported("has training_mode = 1, where inference is expected");
        if (node.Opset < 9 && !node.Flag("spatial", absent: true))
            throw node.Unsupported("has spatial = 0 (statistics per position), where one per channel is supported");

        Tensor x = node.Tensor(0);
        if (x.Shape.Rank < 2) throw node.Mismatch($"needs an input [N, C, ...], its input is {x.Shape}");
        int channels = x.Shape.Channels;
        Shape shape = Shapings.Across(x.Shape.Rank, channels);
        Tensor[] given = [.. Enumerable.Range(1, 4).Select(input => PerChannel(node, input, channels))];
        if (given.All(tensor => tensor.Operator is Constant))
        {
            (Tensor s, Tensor t) = Folded(node, epsilon, shape, [.. given.Select(tensor => ((Constant)tensor.Operator).Values)]);
            return x * s + t;
        }
        Tensor[] across = [.. given.Select(tensor => tensor.Reshape(shape))];
        return (x - across[2]) * (across[0] / (across[3] + epsilon).Sqrt()) + across[1];
    }

    private static (Tensor Scale, Tensor Offset) Folded(ImportNode node, float epsilon, Shape shape, ReadOnlyMemory<float>[] given)
    {
        ReadOnlySpan<float> scale = given[0].Span, bias = given[1].Span, mean = given[2].Span, variance = given[3].Span;
        float[] s = new float[shape.Count], t = new float[shape.Count];
        for (int c = 0; c < s.Length; c++)
        {
            double factor = scale[c] / Math.Sqrt((double)variance[c] + epsilon);
            (s[c], t[c]) = ((float)factor, (float)(bias[c] - mean[c] * factor));
            if (!float.IsFinite(s[c]) || !float.IsFinite(t[c]))
                throw node.Malformed($"has variance {variance[c]} with epsilon {epsilon} in channel {c}, which gives no finite scale");
        }
        return (Tensor.Constant(shape, s), Tensor.Constant(shape, t));
    }

    private static Tensor PerChannel(ImportNode node, int input, int channels)
    {
        Tensor given = node.Tensor(input);
        return given.Shape == new Shape(channels)
            ? given
            : throw node.Mismatch($"has {given.Shape} as input {input}, where [{channels}] is expected, one for each channel");
    }

    // Over the pixels of each channel of each image.
    private static Tensor InstanceNormalization(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        if (x.Shape.Rank < 3) throw node.Mismatch($"needs an input [N, C, ...], its input is {x.Shape}");
        Shape shape = Shapings.Across(x.Shape.Rank, x.Shape.Channels);
        Tensor scale = PerChannel(node, 1, x.Shape.Channels).Reshape(shape), bias = PerChannel(node, 2, x.Shape.Channels).Reshape(shape);
        return x.Standardize(2, node.Real("epsilon", 1e-5f)) * scale + bias;
    }

    // Over the channels of a group and their pixels. Until operator set 20 there was one scale for each group, since then one for each channel.
    private static Tensor GroupNormalization(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        node.Accept("stash_type");
        long groups = node.Integer("num_groups") ?? throw node.Malformed("has no num_groups, which it needs");
        if (x.Shape.Rank < 2 || groups < 1 || x.Shape.Channels % groups != 0)
            throw node.Mismatch($"divides the channels of {x.Shape} into {groups} groups, which does not go");
        int channels = x.Shape.Channels, each = channels / (int)groups;
        Tensor inGroups = x.Reshape(new Shape([x.Shape[0], (int)groups, each, .. x.Shape.Extents[2..]]));
        Tensor y = inGroups.Standardize(2, node.Real("epsilon", 1e-5f)).Reshape(x.Shape);
        return y * Factors(1) + Factors(2);

        Tensor Factors(int input)
        {
            Shape shape = Shapings.Across(x.Shape.Rank, channels);
            if (node.Opset >= 21) return PerChannel(node, input, channels).Reshape(shape);
            Tensor perGroup = PerChannel(node, input, (int)groups);
            return perGroup.Reshape(new Shape((int)groups, 1)).BroadcastTo(new Shape((int)groups, each)).Reshape(shape);
        }
    }

    // Over all axes from the given one on; also the mean and the reciprocal deviation, if they are asked for.
    private static ImportedValue[] LayerNormalization(ImportNode node)
    {
        Tensor x = node.Tensor(0), scale = node.Tensor(1);
        node.Accept("stash_type");
        float epsilon = node.Real("epsilon", 1e-5f);
        int axis = node.Axis(node.Integer("axis", -1), x.Shape.Rank);
        int[] axes = [.. Enumerable.Range(axis, x.Shape.Rank - axis)];
        Tensor y = x.Standardize(axis, epsilon) * scale;
        if (node.OptionalTensor(2) is { } bias) y += bias;
        var result = new TensorValue(y, node.TypeOf(0));
        if (node.OutputCount == 1) return [result];
        Tensor mean = x.MeanOver(axes), apart = x - mean;
        return [result, new TensorValue(mean), new TensorValue(1f / ((apart * apart).MeanOver(axes) + epsilon).Sqrt())];
    }

    // x / √(mean of x² + ε)·scale over all axes from the given one on. Source: Zhang and Sennrich 2019.
    private static Tensor RmsNormalization(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        node.Accept("stash_type");
        int axis = node.Axis(node.Integer("axis", -1), x.Shape.Rank);
        int[] axes = [.. Enumerable.Range(axis, x.Shape.Rank - axis)];
        return x / (x.Square().MeanOver(axes) + node.Real("epsilon", 1e-5f)).Sqrt() * node.Tensor(1);
    }

    // Source of the small number: the function body of ONNX operator MeanVarianceNormalization-13.
    private static Tensor MeanVarianceNormalization(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        ImmutableArray<int> axes = node.Axes(node.Integers("axes") ?? [0, 2, 3], x.Shape.Rank);
        Tensor apart = x - x.MeanOver(axes.AsSpan());
        return apart / ((apart * apart).MeanOver(axes.AsSpan()).Sqrt() + 1e-9f);
    }

    // A vector of zeros stays one, and has no slope.
    private static Tensor LpNormalization(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        int axis = node.Axis(node.Integer("axis", -1), x.Shape.Rank);
        long p = node.Integer("p", 2);
        if (p is not (1 or 2)) throw node.Malformed($"has p = {p}, where 1 or 2 is expected");
        Tensor sum = (p == 1 ? x.Abs() : x * x).SumOver(axis), divisor = sum + sum.EqualTo(0);
        return x.KeepWhere(sum) / (p == 1 ? divisor : divisor.Sqrt());
    }
}
