using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Functions of several tensors, with broadcasting; on integers known at import (shapes), computed there and then.</summary>
internal static class Arithmetic
{
    public static readonly OnnxOperator[] Entries =
    [
        Pair("Add", Add, (a, b) => checked(a + b)),
        Pair("Sub", Subtract, (a, b) => checked(a - b)),
        Pair("Mul", Multiply, (a, b) => checked(a * b)),
        Pair("Div", Divide, (a, b) => a / b),
        OnnxOperator.Of("Sum",   6, 1, OnnxOperator.Any, node => Fold(node, Add)),
        OnnxOperator.Of("Max",   6, 1, OnnxOperator.Any, node => Fold(node, Tensor.Max)),
        OnnxOperator.Of("Min",   6, 1, OnnxOperator.Any, node => Fold(node, Tensor.Min)),
        OnnxOperator.Of("Mean",  6, 1, OnnxOperator.Any, node => Fold(node, Add) / node.InputCount),
        OnnxOperator.Of("PRelu", 7, 2, PRelu),
    ];

    private static OnnxOperator Pair(string name, Func<Tensor, Tensor, Tensor> real, Func<long, long, long> integer) =>
        OnnxOperator.Value(name, 7, 2, 2, node =>
            node.Value(0) is IntegerValue a && node.Value(1) is IntegerValue b
                ? Combine(node, a, b, integer)
                : new TensorValue(real(node.Tensor(0), node.Tensor(1))));

    private static Tensor Add(Tensor a, Tensor b) =>
        Scalar(b, a) is { } offset ? a + offset : Scalar(a, b) is { } other ? b + other : a + b;

    private static Tensor Subtract(Tensor a, Tensor b) =>
        Scalar(b, a) is { } offset ? a - offset : Scalar(a, b) is { } from ? from - b : a - b;

    private static Tensor Multiply(Tensor a, Tensor b) =>
        Scalar(b, a) is { } scale ? a * scale : Scalar(a, b) is { } other ? b * other : a * b;

    // Stays a division: times the reciprocal would round differently.
    private static Tensor Divide(Tensor a, Tensor b) => a / b;

    // A constant number that leaves the other operand's shape as it is.
    private static float? Scalar(Tensor constant, Tensor other) =>
        constant is { Operator: Constant { Values: { Length: 1 } value } } && constant.Shape.Rank <= other.Shape.Rank ? value.Span[0] : null;

    private static Tensor Fold(ImportNode node, Func<Tensor, Tensor, Tensor> function)
    {
        Tensor result = node.Tensor(0);
        for (int i = 1; i < node.InputCount; i++) result = function(result, node.Tensor(i));
        return result;
    }

    // x where positive, slope·x elsewhere; the slope is a tensor that broadcasts to x.
    private static Tensor PRelu(ImportNode node)
    {
        Tensor x = node.Tensor(0), slope = node.Tensor(1);
        if (Shape.Broadcast(x.Shape, slope.Shape) != x.Shape)
            throw node.Mismatch($"has a slope {slope.Shape}, which does not broadcast to its input {x.Shape}");
        return x.Relu() - slope * (-x).Relu();
    }

    private static IntegerValue Combine(ImportNode node, IntegerValue a, IntegerValue b, Func<long, long, long> function)
    {
        if (a.Shape != b.Shape && a.Values.Length != 1 && b.Values.Length != 1)
            throw node.Unsupported($"broadcasts integers {a.Shape} and {b.Shape}; only equal shapes and single numbers are supported");
        Shape shape = Shape.Broadcast(a.Shape, b.Shape);
        var values = ImmutableArray.CreateBuilder<long>(shape.Count);
        for (int i = 0; i < shape.Count; i++)
        {
            try
            {
                values.Add(function(a.Values[a.Values.Length == 1 ? 0 : i], b.Values[b.Values.Length == 1 ? 0 : i]));
            }
            catch (DivideByZeroException)
            {
                throw node.Malformed($"divides integer {i} by zero");
            }
        }
        return new IntegerValue(shape, values.DrainToImmutable());
    }
}
