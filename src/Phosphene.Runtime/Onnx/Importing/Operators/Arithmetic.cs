using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Functions of several tensors, with broadcasting; on integers known at import (shapes), computed there and then.</summary>
internal static class Arithmetic
{
    public static readonly OnnxOperator[] Entries =
    [
        Pair("Add", Add, (a, b) => checked(a + b), masks: true),
        Pair("Sub", Subtract, (a, b) => checked(a - b), masks: true),
        Pair("Mul", Multiply, (a, b) => checked(a * b)),
        OnnxOperator.Value("Div", 1, 2, 2, Divide),
        OnnxOperator.Value("Mod", 10, 2, 2, Modulo),
        OnnxOperator.Of("Sum",  1, 1, OnnxOperator.Any, node => Fold(node, Add)),
        OnnxOperator.Of("Max",  1, 1, OnnxOperator.Any, node => Fold(node, Tensor.Max)),
        OnnxOperator.Of("Min",  1, 1, OnnxOperator.Any, node => Fold(node, Tensor.Min)),
        OnnxOperator.Of("Mean", 1, 1, OnnxOperator.Any, node => Fold(node, Add) / node.InputCount),
        OnnxOperator.Value("BitShift", 11, 2, 2, BitShift),
        Bits("BitwiseAnd", (a, b) => a & b),
        Bits("BitwiseOr",  (a, b) => a | b),
        Bits("BitwiseXor", (a, b) => a ^ b),
        OnnxOperator.Value("BitwiseNot", 18, 1, 1, BitwiseNot),
    ];

    private static OnnxOperator Pair(string name, Func<Tensor, Tensor, Tensor> real, Func<long, long, long> integer, bool masks = false) =>
        OnnxOperator.Value(name, 1, 2, 2, node => OfKnown(node, integer) ?? (ImportedValue)OfTensors(node, real, masks: masks));

    /// <summary>A function of two integers known at import; null if they are not.</summary>
    public static IntegerValue? OfKnown(ImportNode node, Func<long, long, long> function, OnnxDataType? type = null) =>
        node.Value(0) is IntegerValue a && node.Value(1) is IntegerValue b
            ? Integers.Combine(node, a, b, function) with { DataType = type ?? a.DataType }
            : null;

    /// <summary>A function of two tensors, of the first one's type; either may be a mask, if the function makes sense of -∞.</summary>
    public static TensorValue OfTensors(ImportNode node, Func<Tensor, Tensor, Tensor> function, OnnxDataType? type = null, bool masks = false)
    {
        Tensor a = masks ? node.MaskTensor(0) : node.Tensor(0);
        if (node.TypeOf(0).IsReal() != node.TypeOf(1).IsReal())
            throw node.Malformed($"takes {node.TypeOf(0)} and {node.TypeOf(1)}, where both are expected to be of one type");
        return new TensorValue(function(a, Second(node, a, masks)), type ?? node.TypeOf(0));
    }

    /// <summary>
    /// The second operand. Until operator set 6 it broadcast only on request (broadcast), from a given axis of the first on; since then from the last one.
    /// </summary>
    public static Tensor Second(ImportNode node, Tensor first, bool masks = false)
    {
        Tensor second = masks ? node.MaskTensor(1) : node.Tensor(1);
        if (node.Opset >= 7) return second;
        bool broadcast = node.Flag("broadcast");
        int own = second.Shape.Rank, rank = first.Shape.Rank;
        if (node.Integer("axis") is not { } given || !broadcast || own > rank) return second;
        int axis = node.Axis(given, rank);
        if (axis + own > rank) throw node.Mismatch($"broadcasts {second.Shape} from axis {axis} of {first.Shape} on, which has too few axes");
        return second.Reshape(new Shape([.. second.Shape.Extents, .. Enumerable.Repeat(1, rank - axis - own)]));
    }

    private static Tensor Add(Tensor a, Tensor b) =>
        Scalar(b, a) is { } offset ? a + offset : Scalar(a, b) is { } other ? b + other : a + b;

    private static Tensor Subtract(Tensor a, Tensor b) =>
        Scalar(b, a) is { } offset ? a - offset : Scalar(a, b) is { } from ? from - b : a - b;

    private static Tensor Multiply(Tensor a, Tensor b) =>
        Patterns.OrGelu(Scalar(b, a) is { } scale ? a * scale : Scalar(a, b) is { } other ? b * other : a * b);

    // Stays a division: times the reciprocal would round differently. Integers are divided towards zero.
    private static ImportedValue Divide(ImportNode node)
    {
        if (OfKnown(node, (a, b) => a / b) is { } known) return known;
        bool real = node.TypeOf(0).IsReal();
        return OfTensors(node, (a, b) => real ? Patterns.Standardized(a, b) ?? a / b : Truncated(a / b));
    }

    /// <summary>Rounded towards zero.</summary>
    public static Tensor Truncated(Tensor x) => x.Sign() * x.Abs().Floor();

    // The remainder has the sign of the divisor, or of the dividend if fmod is 1.
    private static ImportedValue Modulo(ImportNode node)
    {
        bool dividend = node.Flag("fmod");
        if (OfKnown(node, (a, b) => dividend ? a % b : (a % b + b) % b) is { } known) return known;
        return OfTensors(node, (a, b) => a - b * (dividend ? Truncated(a / b) : (a / b).Floor()));
    }

    private static OnnxOperator Bits(string name, Func<long, long, long> function) =>
        OnnxOperator.Value(name, 18, 2, 2, node => OfKnown(node, function) ?? throw node.Unsupported("works on the bits of a computed value"));

    // Of an unsigned type, the bits that it has.
    private static ImportedValue BitwiseNot(ImportNode node)
    {
        IntegerValue x = node.IntegerValue(0);
        bool unsigned = x.DataType is OnnxDataType.UInt8 or OnnxDataType.UInt16 or OnnxDataType.UInt32;
        long mask = unsigned ? (1L << x.DataType.Bits()) - 1 : -1;
        return x with { Values = [.. x.Values.Select(value => ~value & mask)] };
    }

    private static ImportedValue BitShift(ImportNode node)
    {
        string direction = node.Text("direction", "");
        Func<long, long, long> shift = direction switch
        {
            "LEFT" => (a, b) => b >= 64 ? 0 : a << (int)b,
            "RIGHT" => (a, b) => b >= 64 ? 0 : a >>> (int)b,
            _ => throw node.Malformed($"has direction = {Printable.Quote(direction)}, where LEFT or RIGHT is expected"),
        };
        int bits = node.TypeOf(0).Bits();
        long mask = bits >= 64 ? -1 : (1L << bits) - 1;
        return OfKnown(node, (a, b) => shift(a, b) & mask) ?? throw node.Unsupported("shifts the bits of a computed value");
    }

    // A constant number that leaves the other operand's shape as it is.
    private static float? Scalar(Tensor constant, Tensor other) =>
        constant is { Operator: Constant { Values: { Length: 1 } value } } && constant.Shape.Rank <= other.Shape.Rank ? value.Span[0] : null;

    private static Tensor Fold(ImportNode node, Func<Tensor, Tensor, Tensor> function)
    {
        Tensor result = node.MaskTensor(0);
        for (int i = 1; i < node.InputCount; i++) result = function(result, node.MaskTensor(i));
        return result;
    }
}
