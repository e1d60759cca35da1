using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Tensors made by a pattern: filled, counted, diagonal, one at an index.</summary>
internal static class Fillings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Value("ConstantOfShape", 9, 1, 1, ConstantOfShape),
        OnnxOperator.Value("Range", 11, 3, 3, Range),
        OnnxOperator.Value("EyeLike", 9, 1, 1, EyeLike),
        OnnxOperator.Of("Trilu", 14, 1, 2, Trilu),
        OnnxOperator.Value("OneHot", 9, 3, 3, OneHot),
    ];

    /// <summary>Counts what a node makes against the budget.</summary>
    public static Shape Affordable(ImportNode node, Shape shape) =>
        node.Budget.TryFill(shape.Count)
            ? shape
            : throw node.Unsupported($"makes a constant {shape}, where all such nodes together may make {ImportBudget.FilledElements} elements");

    // One element, 0 by default, repeated.
    private static ImportedValue ConstantOfShape(ImportNode node)
    {
        Shape shape = Affordable(node, Constants.ToShape(node, node.Integers(0)));
        if (node.Stored("value") is not { } stored) return Filled(shape, 0, OnnxDataType.Float32);
        if (stored.Shape.Count != 1) throw node.Malformed($"has a value {stored.Shape}, where one element is expected");
        return OnnxImporter.Import(stored, node.OutputName) switch
        {
            TensorValue { Tensor.Operator: Constant constant, DataType: var type } => Filled(shape, constant.Values.Span[0], type),
            IntegerValue integer when shape.Count <= ImportBudget.Integers =>
                new IntegerValue(shape, [.. Enumerable.Repeat(integer.Values[0], shape.Count)], integer.DataType),
            IntegerValue integer => Filled(shape, integer.Values[0], integer.DataType),
            ImportedValue other => other,
        };
    }

    private static TensorValue Filled(Shape shape, float value, OnnxDataType type) =>
        new(new Tensor(new Constant(shape, FilledMemory.Of(shape.Count, value))), type);

    // start, start + delta, ... before limit.
    private static ImportedValue Range(ImportNode node)
    {
        if (node.Known(0) is { Values: [var start] } first && node.Known(1) is { Values: [var limit] } && node.Known(2) is { Values: [var delta] })
        {
            if (delta == 0) throw node.Malformed("has a step of 0");
            double steps = Math.Max(0, Math.Ceiling(((double)limit - start) / delta));
            Shape shape = Constants.Known(node, new Shape(checked((int)steps)));
            return new IntegerValue(shape, [.. Enumerable.Range(0, shape.Count).Select(i => start + i * delta)], first.DataType);
        }
        if (node.OptionalScalar(0) is not { } from || node.OptionalScalar(1) is not { } to || node.OptionalScalar(2) is not { } step)
            throw node.Malformed("has no start, limit or step, which it needs");
        if (step == 0) throw node.Malformed("has a step of 0");
        double count = Math.Max(0, Math.Ceiling(((double)to - from) / step));
        Shape length = Affordable(node, new Shape(checked((int)count)));
        return new TensorValue(Tensor.Constant(length, [.. Enumerable.Range(0, length.Count).Select(i => from + i * step)]), node.TypeOf(0));
    }

    // Ones on the k-th diagonal above the main one.
    private static ImportedValue EyeLike(ImportNode node)
    {
        Shape shape = Affordable(node, node.ShapeOf(0));
        if (shape.Rank != 2) throw node.Mismatch($"needs a matrix, its input is {shape}");
        OnnxDataType type = node.Integer("dtype") is { } given ? Constants.DataType(node, given) : node.TypeOf(0);
        return new TensorValue(Diagonals(shape, node.Integer("k", 0), (column, diagonal) => column == diagonal), type);
    }

    // The upper or lower triangle from the k-th diagonal on; zeros elsewhere.
    private static Tensor Trilu(ImportNode node)
    {
        Tensor x = node.AnyTensor(0);
        if (x.Shape.Rank < 2) throw node.Mismatch($"needs matrices, its input is {x.Shape}");
        bool upper = node.Flag("upper", absent: true);
        Shape matrix = Affordable(node, new Shape(x.Shape[-2], x.Shape[-1]));
        long k = node.OptionalIntegers(1) is { } given ? given is [var number] ? number : throw node.Malformed("has several diagonals, where one is expected") : 0;
        return x.KeepWhere(Diagonals(matrix, k, (column, diagonal) => upper ? column >= diagonal : column <= diagonal));
    }

    private static Tensor Diagonals(Shape matrix, long k, Func<long, long, bool> isOne)
    {
        k = Math.Clamp(k, -(long)matrix[0] - 1, (long)matrix[1] + 1);
        var values = new float[matrix.Count];
        for (int i = 0; i < values.Length; i++) values[i] = isOne(i % matrix[1], i / matrix[1] + k) ? 1 : 0;
        return Tensor.Constant(matrix, values);
    }

    // values[1] at the index, values[0] elsewhere, along a new axis; a negative index counts from the end.
    private static ImportedValue OneHot(ImportNode node)
    {
        Tensor indices = node.Tensor(0);
        int depth = (int)Math.Clamp(node.OptionalScalar(1) ?? 0, 0, ImportNode.LargestExtent), rank = indices.Shape.Rank + 1;
        int axis = node.Axis(node.Integer("axis", -1), rank);
        ReadOnlySpan<float> values = node.Constant(2).Values.Span;
        if (values.Length != 2) throw node.Mismatch($"has {values.Length} values, where two are expected: off and on");
        Shape spread = new([.. indices.Shape.Extents[..axis], 1, .. indices.Shape.Extents[axis..]]);
        Affordable(node, spread.With(axis, depth));
        Tensor at = indices.Reshape(spread), place = Tensor.Counting(depth, axis, rank);
        Tensor on = Tensor.Max(at.EqualTo(place), (at + depth).EqualTo(place));
        return new TensorValue(on * (values[1] - values[0]) + values[0], node.TypeOf(2));
    }
}
