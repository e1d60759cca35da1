using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>The functions that stand between the layers of networks.</summary>
internal static class Activations
{
    // Source: Klambauer et al. 2017, as ONNX rounds them.
    private const float SeluAlpha = 1.67326319f, SeluGamma = 1.05070102f;

    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Relu",            1, 1, node => node.Tensor(0).Relu()),
        OnnxOperator.Of("LeakyRelu",       1, 1, node => node.Tensor(0).LeakyRelu(node.Real("alpha", 0.01f))),
        OnnxOperator.Of("ThresholdedRelu", 10, 1, node => node.Tensor(0).KeepWhere(node.Tensor(0) - node.Real("alpha", 1))),
        OnnxOperator.Of("PRelu",           1, 2, PRelu),
        OnnxOperator.Of("Clip",            1, 1, 3, Clip),
        OnnxOperator.Of("Sigmoid",         1, 1, node => node.Tensor(0).Sigmoid()),
        OnnxOperator.Of("HardSigmoid",     1, 1, node => HardSigmoid(node.Tensor(0), node.Real("alpha", 0.2f), node.Real("beta", 0.5f))),
        OnnxOperator.Of("HardSwish",      14, 1, node => node.Tensor(0) * HardSigmoid(node.Tensor(0), 1 / 6f, 0.5f)),
        OnnxOperator.Of("Swish",          24, 1, node => Swish(node.Tensor(0), node.Real("alpha", 1))),
        OnnxOperator.Of("SwiGLU",         28, 2, SwiGlu),
        OnnxOperator.Of("Tanh",            1, 1, node => node.Tensor(0).Tanh()),
        OnnxOperator.Of("Softplus",        1, 1, node => Softplus(node.Tensor(0))),
        OnnxOperator.Of("Softsign",        1, 1, node => node.Tensor(0) / (1f + node.Tensor(0).Abs())),
        OnnxOperator.Of("Mish",           18, 1, node => node.Tensor(0) * Softplus(node.Tensor(0)).Tanh()),
        OnnxOperator.Of("Elu",             1, 1, node => Exponential(node.Tensor(0), node.Real("alpha", 1), 1)),
        OnnxOperator.Of("Celu",           12, 1, node => node.Real("alpha", 1) is var alpha ? Exponential(node.Tensor(0), alpha, alpha) : null!),
        OnnxOperator.Of("Selu",            1, 1, node => node.Real("gamma", SeluGamma) * Exponential(node.Tensor(0), node.Real("alpha", SeluAlpha), 1)),
        OnnxOperator.Of("Gelu",           20, 1, Gelu),
        OnnxOperator.Of("Shrink",          9, 1, node => Shrink(node.Tensor(0), node.Real("bias", 0), node.Real("lambd", 0.5f))),
        OnnxOperator.Of("Softmax",         1, 1, node => AlongAxis(node, (x, axis) => x.Softmax(axis))),
        OnnxOperator.Of("LogSoftmax",      1, 1, node => AlongAxis(node, (x, axis) => x.LogSoftmax(axis))),
        OnnxOperator.Of("Hardmax",         1, 1, node => AlongAxis(node, Hardmax)),
        new("Dropout", 1, 1, 3, Dropout),
    ];

    /// <summary>alpha·x + beta, limited to [0, 1].</summary>
    public static Tensor HardSigmoid(Tensor x, float alpha, float beta) => (alpha * x + beta).Clip(0, 1);

    private static Tensor Swish(Tensor x, float alpha) => x * (alpha == 1 ? x : alpha * x).Sigmoid();

    // The gate and what it lets through. Source: Shazeer 2020.
    private static Tensor SwiGlu(ImportNode node)
    {
        Tensor gate = node.Tensor(0), value = node.Tensor(1);
        return gate.Shape == value.Shape ? Swish(gate, node.Real("alpha", 1)) * value : throw node.Mismatch($"needs a gate and a value of one shape, its inputs are {gate.Shape} and {value.Shape}");
    }

    /// <summary>ln(1 + e^x), so that nothing overflows.</summary>
    public static Tensor Softplus(Tensor x) => x.Relu() + (1f + (-x.Abs()).Exp()).Log();

    /// <summary>x where positive, alpha·(e^(x / width) - 1) elsewhere: by e^c - 1 = 2t / (1 - t) with t = tanh(c / 2), which is 0 at 0 and loses no digits near it.</summary>
    public static Tensor Exponential(Tensor x, float alpha, float width)
    {
        Tensor t = (x / (2 * width)).Clip(float.NegativeInfinity, 0).Tanh();
        return x.Relu() + 2 * alpha * (t / (1f - t));
    }

    // The approximation is that of Hendrycks and Gimpel 2016: x·(1 + tanh(√(2/π)·(x + 0.044715·x³))) / 2.
    private static Tensor Gelu(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        return node.Text("approximate", "none") switch
        {
            "none" => x.Gelu(),
            "tanh" => x * (0.5f + 0.5f * (MathF.Sqrt(2 / MathF.PI) * (x + 0.044715f * x.Pow(3))).Tanh()),
            string other => throw node.Malformed($"has approximate = {Printable.Quote(other)}, where none or tanh is expected"),
        };
    }

    // x + bias below -limit, x - bias above limit, 0 between.
    private static Tensor Shrink(Tensor x, float bias, float limit) => (x - bias).KeepWhere(x - limit) + (x + bias).KeepWhere(-x - limit);

    // x where positive, slope·x elsewhere; the slope broadcasts to x. Until operator set 6 a list of slopes was one for each channel.
    private static Tensor PRelu(ImportNode node)
    {
        Tensor x = node.Tensor(0), slope = node.Tensor(1);
        if (node.Opset < 7 && slope.Shape is { Rank: 1, Count: > 1 }) slope = slope.Reshape(Shapings.Across(x.Shape.Rank, slope.Shape[0]));
        if (Shape.Broadcast(x.Shape, slope.Shape) != x.Shape)
            throw node.Mismatch($"has a slope {slope.Shape}, which does not broadcast to its input {x.Shape}");
        return x.Relu() - slope * (-x).Relu();
    }

    private static Tensor Clip(ImportNode node)
    {
        bool known = Known(1) && Known(2);
        Tensor x = node.Tensor(0);
        if (known) return x.Clip(node.OptionalScalar(1) ?? float.NegativeInfinity, node.OptionalScalar(2) ?? float.PositiveInfinity);
        if (node.Has(1)) x = Tensor.Max(x, node.AnyTensor(1));
        return node.Has(2) ? Tensor.Min(x, node.AnyTensor(2)) : x;

        bool Known(int input) =>
            !node.Has(input) || (node.ShapeOf(input).Count == 1
                ? node.Scalar(input) is not null
                : throw node.Malformed($"has the bound {node.ShapeOf(input)} as input {input}, where one number is expected"));
    }

    // Until operator set 12, all axes from the given one on are one (the input counts as a matrix); from 13 on the axis stands alone.
    private static Tensor AlongAxis(ImportNode node, Func<Tensor, int, Tensor> function)
    {
        Tensor x = node.Tensor(0);
        int rank = x.Shape.Rank, axis = node.Axis(node.Integer("axis", node.Opset >= 13 ? -1 : 1), rank);
        if (node.Opset >= 13 || x.Shape.CountOf(axis + 1, rank) == 1) return function(x, axis);
        var matrix = new Shape(x.Shape.CountOf(0, axis), x.Shape.CountOf(axis, rank));
        return function(x.Reshape(matrix), 1).Reshape(x.Shape);
    }

    // 1 at the first of the largest, 0 elsewhere.
    private static Tensor Hardmax(Tensor x, int axis) => x.ArgMaxOver(axis).EqualTo(Tensor.Counting(x.Shape[axis], axis, x.Shape.Rank));

    // At inference the identity, with a mask that keeps all. Ratio and seed matter in training only.
    private static ImportedValue[] Dropout(ImportNode node)
    {
        node.Accept("seed");
        if (node.Opset < 7) node.Accept("is_test");
        if (node.OptionalScalar(2) is not (null or 0) && node.OptionalScalar(1) != 0) throw node.Unsupported("is in training mode, where inference is expected");
        return node.OutputCount == 1 ? [node.Value(0)]
            : [node.Value(0), new TensorValue(Tensor.Constant(1).BroadcastTo(node.ShapeOf(0)), OnnxDataType.Boolean)];
    }
}
