using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests.Operators;

/// <summary>Numbers in bytes, signals, losses, branches of bits.</summary>
internal static class Quantizations
{
    public static readonly Entry[] Entries =
    [
        new("QuantizeLinear", 10, There), new("DequantizeLinear", 10, There),
        new("MatMulInteger", 10, MatMulInteger), new("ConvInteger", 10, ConvInteger), new("ConvInteger", 10, ConvInteger), new("QLinearMatMul", 10, QLinearMatMul), new("QLinearConv", 10, QLinearConv),
        new("DynamicQuantizeLinear", 11, g => g.Nodes("DynamicQuantizeLinear", [g.Real()], 3)),
        new("DFT", 17, Transform), new("STFT", 17, ShortTransform),
        .. new[] { "HannWindow", "HammingWindow", "BlackmanWindow" }.Select(name => new Entry(name, 17, g => g.Node(name, [g.Known(Numbers.Integer(g.Int(2, 20)))], ("periodic", g.Maybe(g.Int(0, 1)))))),
        new("MelWeightMatrix", 17, g => g.Node("MelWeightMatrix", [g.Known(Numbers.Integer(g.Int(2, 8))), g.Known(Numbers.Integer(g.Int(16, 40))), g.Known(Numbers.Integer(8192)), g.Known(Numbers.Of([], g.Int(0, 100))), g.Known(Numbers.Of([], g.Int(2000, 4000)))])),
        new("NegativeLogLikelihoodLoss", 12, g => Loss(g, "NegativeLogLikelihoodLoss")), new("SoftmaxCrossEntropyLoss", 12, g => Loss(g, "SoftmaxCrossEntropyLoss")),
        .. new[] { "BitwiseAnd", "BitwiseOr", "BitwiseXor" }.Select(name => new Entry(name, 18, g => g.Node(name, [g.Known(g.Integers([3], -9, 9)), g.Known(g.Integers([2, 1], -9, 9))]))),
        new("BitwiseNot", 18, g => g.Node("BitwiseNot", [g.Known(g.Integers([5], -9, 9))])),
        new("NonZero", 9, g => g.Node("NonZero", [g.Known(g.Truths([3, 4]))])),
        new("Unique", 11, g => g.Nodes("Unique", [g.Known(g.Integers([3, 4], 0, 3))], 4, ("axis", g.One<object?>(null, 0, 1, -1)), ("sorted", g.Maybe(1)))),
    ];

    private static Numbers Bytes(Growth g, bool signed, params int[] shape) =>
        g.Integers(shape, signed ? -60 : 0, signed ? 60 : 120) with { Type = signed ? TensorElementType.Int8 : TensorElementType.UInt8 };

    private static Value Step(Growth g, params int[] shape) => g.Known(Numbers.Of(shape, [.. Enumerable.Range(0, Numbers.CountOf(shape)).Select(_ => (double)g.Float(0.02, 0.1))]));

    // Real numbers into bytes and back, with one step or one for each channel.
    private static void There(Growth g)
    {
        Value x = g.OfRank(2, 4);
        bool each = g.Opset >= 13 && g.Chance(0.5), signed = g.Chance(0.5);
        int[] shape = each ? [x.Shape[1]] : [];
        Value step = Step(g, shape), zero = g.Known(Bytes(g, signed, shape));
        Value q = g.Node("QuantizeLinear", [x, step, zero]);
        g.Node("DequantizeLinear", [q, step, zero]);
    }

    // Small ones, for sums that stay small.
    private static Value Small(Growth g, params int[] shape) => g.Known(g.Integers(shape, 0, 20) with { Type = TensorElementType.UInt8 });

    private static void MatMulInteger(Growth g)
    {
        int rows = g.Int(1, 5), depth = g.Int(1, 9), columns = g.Int(1, 6);
        g.Node("MatMulInteger", [Small(g, rows, depth), Small(g, depth, columns), g.Chance(0.5) ? Small(g) : null, g.Chance(0.5) ? Small(g) : null]);
    }

    private static void ConvInteger(Growth g) =>
        g.Node("ConvInteger", [Small(g, 1, 3, g.Int(3, 6), g.Int(3, 6)), Small(g, 4, 3, 2, 3), g.Chance(0.5) ? Small(g) : null, g.Chance(0.5) ? Small(g) : null], ("pads", g.Maybe(new long[] { 1, 0, 1, 2 })));

    private static void QLinearMatMul(Growth g)
    {
        int rows = g.Int(1, 5), depth = g.Int(1, 9), columns = g.Int(1, 6);
        g.Node("QLinearMatMul", [g.Known(Bytes(g, false, rows, depth)), Step(g), g.Known(Bytes(g, false)), g.Known(Bytes(g, false, depth, columns)), Step(g), g.Known(Bytes(g, false)), g.Known(Numbers.Of([], 0.9)), g.Known(Bytes(g, false))]);
    }

    private static void QLinearConv(Growth g)
    {
        int outputs = g.Int(1, 5);
        bool bias = g.Chance(0.5);
        int[] each = g.Chance(0.5) ? [outputs] : [];
        g.Node("QLinearConv",
        [
            g.Known(Bytes(g, false, 1, 3, g.Int(3, 6), g.Int(3, 6))), Step(g), g.Known(Bytes(g, false)), g.Known(Bytes(g, true, outputs, 3, 2, 3)), Step(g, each), g.Known(Numbers.Integers(each, [.. Enumerable.Repeat(0L, Numbers.CountOf(each))]) with { Type = TensorElementType.Int8 }),
            g.Known(Numbers.Of([], 0.37)), g.Known(Bytes(g, false)), bias ? g.Known(g.Integers([outputs], -500, 500) with { Type = TensorElementType.Int32 }) : null,
        ]);
    }

    private static void Transform(Growth g)
    {
        int parts = g.Int(1, 2);
        Value x = g.Real(value => value.Rank == 3 && value.Shape[2] == parts, () => [g.Int(1, 3), g.Int(2, 12), parts]);
        bool half = parts == 1 && g.Chance(0.5), inverse = parts == 2 && g.Chance(0.5);
        Value? length = g.Chance(0.3) ? g.Known(Numbers.Integer(g.Int(2, 14))) : null;
        if (g.Opset < 20) g.Node("DFT", [x, length], ("axis", g.Maybe(1)), ("onesided", half ? 1 : null), ("inverse", inverse ? 1 : null));
        else g.Node("DFT", [x, length, g.Chance(0.5) ? g.Known(Numbers.Integer(1)) : null], ("onesided", half ? 1 : null), ("inverse", inverse ? 1 : null));
    }

    private static void ShortTransform(Growth g)
    {
        int length = g.Int(2, 8), samples = length + g.Int(0, 20);
        Value x = g.Real(value => value.Rank == 3 && value.Shape[1] == samples && value.Shape[2] == 1, () => [g.Int(1, 2), samples, 1]);
        g.Node("STFT", [x, g.Known(Numbers.Integer(g.Int(1, 4))), g.Chance(0.5) ? g.Weight([length]) : null, g.Known(Numbers.Integer(length))], ("onesided", g.Maybe(g.Int(0, 1))));
    }

    private static void Loss(Growth g, string name)
    {
        Value x = g.Real(value => value.Rank >= 2, () => g.Extents(g.Int(2, 4)));
        int classes = x.Shape[1];
        int[] places = [x.Shape[0], .. x.Shape[2..]];
        g.Node(name, [x, g.Known(g.Integers(places, 0, classes - 1)), g.Chance(0.5) ? g.Weight([classes], Spread.Positive) : null],
            ("reduction", g.Maybe(g.One("none", "sum", "mean"))), ("ignore_index", g.Chance(0.3) && places.Aggregate(1, (a, b) => a * b) > 3 ? g.Int(0, classes) : null));
    }
}
