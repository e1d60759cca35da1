using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Functions of one real number.</summary>
internal static class Activations
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Relu",        1, 1, node => node.Tensor(0).Relu()),
        OnnxOperator.Of("LeakyRelu",   1, 1, node => node.Tensor(0).LeakyRelu(node.Real("alpha", 0.01f))),
        OnnxOperator.Of("Clip",        1, 1, 3, Clip),
        OnnxOperator.Of("Sigmoid",     1, 1, node => node.Tensor(0).Sigmoid()),
        OnnxOperator.Of("HardSigmoid", 1, 1, node => HardSigmoid(node.Tensor(0), node.Real("alpha", 0.2f), node.Real("beta", 0.5f))),
        OnnxOperator.Of("HardSwish",  14, 1, node => node.Tensor(0) * HardSigmoid(node.Tensor(0), 1 / 6f, 0.5f)),
        OnnxOperator.Of("Tanh",        1, 1, node => node.Tensor(0).Tanh()),
        OnnxOperator.Of("Exp",         1, 1, node => node.Tensor(0).Exp()),
        OnnxOperator.Of("Log",         1, 1, node => node.Tensor(0).Log()),
        OnnxOperator.Of("Sqrt",        1, 1, node => node.Tensor(0).Sqrt()),
        OnnxOperator.Of("Abs",         1, 1, node => node.Tensor(0).Abs()),
        OnnxOperator.Of("Neg",         1, 1, node => -node.Tensor(0)),
        OnnxOperator.Of("Sign",        9, 1, node => node.Tensor(0).Sign()),
        OnnxOperator.Of("Sin",         7, 1, node => node.Tensor(0).Sin()),
        OnnxOperator.Of("Cos",         7, 1, node => node.Tensor(0).Cos()),
        OnnxOperator.Of("Reciprocal",  1, 1, node => 1f / node.Tensor(0)),
        OnnxOperator.Of("Pow",         1, 2, Pow),
        OnnxOperator.Of("Softmax",     1, 1, node => AlongAxis(node, (x, axis) => x.Softmax(axis))),
        OnnxOperator.Of("LogSoftmax",  1, 1, node => AlongAxis(node, (x, axis) => x.LogSoftmax(axis))),
        new("Dropout", 1, 1, 3, Dropout),
    ];

    private static Tensor HardSigmoid(Tensor x, float alpha, float beta) => (alpha * x + beta).Clip(0, 1);

    private static Tensor Clip(ImportNode node)
    {
        float low = node.OptionalScalar(1) ?? float.NegativeInfinity;
        float high = node.OptionalScalar(2) ?? float.PositiveInfinity;
        return node.Tensor(0).Clip(low, high);
    }

    private static Tensor Pow(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        float exponent = node.OptionalScalar(1) ?? throw node.Malformed("has no exponent");
        return float.IsFinite(exponent) ? x.Pow(exponent) : throw node.Malformed($"has the exponent {exponent}, which is not a finite number");
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

    // At inference the identity. The ratio (attribute, or input from 12 on) and the seed matter in training only.
    private static ImportedValue[] Dropout(ImportNode node)
    {
        node.Accept("seed");
        if (node.OptionalScalar(2) is not (null or 0)) throw node.Unsupported("is in training mode, where inference is expected");
        return [node.Value(0)];
    }
}
