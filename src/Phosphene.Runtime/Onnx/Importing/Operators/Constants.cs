using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Values that stand in the graph itself, and changes of type.</summary>
internal static class Constants
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Value("Constant", 1, 0, 0, Constant),
        OnnxOperator.Value("ConstantOfShape", 9, 1, 1, ConstantOfShape),
        OnnxOperator.Value("Identity", 1, 1, 1, node => node.Value(0)),
        OnnxOperator.Value("Cast", 6, 1, 1, Cast),
        OnnxOperator.Value("Shape", 1, 1, 1, ShapeOf),
        OnnxOperator.Value("Size", 1, 1, 1, node => IntegerValue.Scalar(ExtentsOf(node).Count)),
    ];

    // A tensor; since 12 also a number, text, or list of them.
    private static ImportedValue Constant(ImportNode node)
    {
        var values = new List<ImportedValue>();
        if (node.Stored("value") is { } tensor) values.Add(OnnxImporter.Import(tensor, node.OutputName));
        if (node.Opset >= 12)
        {
            if (node.Bound("value_float") is { } real) values.Add(new TensorValue(Tensor.Constant(real)));
            if (node.Reals("value_floats") is { } reals) values.Add(new TensorValue(Tensor.Constant(new Shape(reals.Length), [.. reals])));
            if (node.Integer("value_int") is { } integer) values.Add(IntegerValue.Scalar(integer));
            if (node.Integers("value_ints") is { } integers) values.Add(IntegerValue.Vector(integers));
            if (node.HasOther("value_string", "value_strings")) values.Add(new MissingValue("which holds text"));
        }
        if (node.Opset >= 11 && node.HasOther("sparse_value")) values.Add(new MissingValue("which is a sparse tensor"));
        return values.Count == 1 ? values[0] : throw node.Malformed($"has {values.Count} values, where one is expected");
    }

    // One element, 0 by default, repeated.
    private static ImportedValue ConstantOfShape(ImportNode node)
    {
        Shape shape = ToShape(node, node.Integers(0));
        if (!node.Budget.TryFill(shape.Count))
            throw node.Unsupported($"makes a constant {shape}, where all such nodes together may make {ImportBudget.FilledElements} elements");
        if (node.Stored("value") is not { } stored) return Filled(shape, 0);
        if (stored.Shape.Count != 1) throw node.Malformed($"has a value {stored.Shape}, where one element is expected");
        return OnnxImporter.Import(stored, node.OutputName) switch
        {
            TensorValue { Tensor.Operator: Graphs.Constant constant } => Filled(shape, constant.Values.Span[0]),
            IntegerValue integer => new IntegerValue(Known(node, shape), [.. Enumerable.Repeat(integer.Values[0], shape.Count)]),
            ImportedValue other => other,
        };
    }

    private static TensorValue Filled(Shape shape, float value) => new(new Tensor(new Constant(shape, FilledMemory.Of(shape.Count, value))));

    /// <summary>The shape of integers to be worked out at import, if they are few enough.</summary>
    public static Shape Known(ImportNode node, Shape shape) =>
        shape.Count <= ImportBudget.Integers
            ? shape
            : throw node.Unsupported($"makes integers {shape} known at import, where at most {ImportBudget.Integers} are supported");

    /// <summary>Integers from a file as the extents of a shape.</summary>
    public static Shape ToShape(ImportNode node, ImmutableArray<long> extents) =>
        extents.Length <= Limits.Rank && extents.All(extent => extent is >= 0 and <= int.MaxValue)
            ? new Shape([.. extents.Select(extent => (int)extent)])
            : throw node.Malformed($"has the shape {ImportNode.List(extents)}, where at most {Limits.Rank} numbers from 0 are expected");

    // All real formats are float32 here, so a cast between them is the identity. Integers are cast only where they are known.
    private static ImportedValue Cast(ImportNode node)
    {
        long to = node.Integer("to") ?? throw node.Malformed("has no type to cast to");
        if (to is < 1 or > (long)OnnxDataType.Float4E2M1) throw node.Malformed($"casts to data type {to}, which does not exist");
        var type = (OnnxDataType)to;
        return node.Value(0) switch
        {
            ImportedValue value and TensorValue when type.IsReal() => value,
            IntegerValue value when type.IsReal() =>
                new TensorValue(Tensor.Constant(value.Shape, [.. value.Values.Select(integer => (float)integer)])),
            IntegerValue value when type == OnnxDataType.Boolean =>
                value with { Values = [.. value.Values.Select(integer => integer == 0 ? 0L : 1L)] },
            IntegerValue value when type.IsInteger() => value,
            TensorValue { Tensor.Operator: Graphs.Constant } when type.IsInteger() => Truncated(node, type),
            _ => throw node.Unsupported($"casts a computed value to {type}; only casts to real types are supported"),
        };
    }

    private static IntegerValue Truncated(ImportNode node, OnnxDataType type)
    {
        (Shape shape, ReadOnlyMemory<float> values) = node.Constant(0);
        var integers = new long[values.Length];
        for (int i = 0; i < integers.Length; i++)
            integers[i] = type == OnnxDataType.Boolean ? (values.Span[i] == 0 ? 0 : 1) : (long)values.Span[i];
        return new IntegerValue(shape, ImmutableArray.Create(integers));
    }

    // The extents as integers; since 15 from start to end.
    private static ImportedValue ShapeOf(ImportNode node)
    {
        Shape shape = ExtentsOf(node);
        long start = 0, end = shape.Rank;
        if (node.Opset >= 15)
        {
            start = Bounded(node.Integer("start", 0), shape.Rank);
            end = Math.Max(start, Bounded(node.Integer("end", shape.Rank), shape.Rank));
        }
        return IntegerValue.Vector([.. shape.Extents[(int)start..(int)end].ToArray().Select(extent => (long)extent)]);
    }

    private static long Bounded(long axis, int rank) => Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);

    private static Shape ExtentsOf(ImportNode node) =>
        node.Value(0) is IntegerValue integers ? integers.Shape : ((TensorValue)node.Value(0)).Tensor.Shape;
}
