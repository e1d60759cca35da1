using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Values that stand in the graph itself, and changes of type.</summary>
internal static class Constants
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Value("Constant", 1, 0, 0, Constant),
        OnnxOperator.Value("Identity", 1, 1, 1, node => node.Value(0)),
        OnnxOperator.Value("OptionalGetElement", 15, 1, 1, node => node.Value(0)),
        OnnxOperator.Value("OptionalHasElement", 15, 0, 1, node => new IntegerValue(Shape.Scalar, [node.Has(0) ? 1 : 0], OnnxDataType.Boolean)),
        OnnxOperator.Value("BitCast", 26, 1, 1, BitCast),
        OnnxOperator.Value("Cast", 6, 1, 1, Cast),
        OnnxOperator.Value("CastLike", 15, 2, 2, node => Cast(node, node.TypeOf(1))),
        OnnxOperator.Value("Shape", 1, 1, 1, ShapeOf),
        OnnxOperator.Value("Size", 1, 1, 1, node => IntegerValue.Scalar(node.ShapeOf(0).Count)),
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

    /// <summary>A number of a file as a data type.</summary>
    public static OnnxDataType DataType(ImportNode node, long number) =>
        number is >= 1 and <= (long)OnnxDataTypes.Newest
            ? (OnnxDataType)number
            : throw node.Malformed($"names the data type {number}, which does not exist");

    private static ImportedValue Cast(ImportNode node)
    {
        node.Accept("saturate");     // of 8-bit floats
        node.Accept("round_mode");   // of float8e8m0
        return Cast(node, DataType(node, node.Integer("to") ?? throw node.Malformed("has no type to cast to")));
    }

    // The real formats that images come in are all float32 here. Integers that are known stay so.
    private static ImportedValue Cast(ImportNode node, OnnxDataType type)
    {
        if (!type.IsReal() && !type.IsInteger() || type == OnnxDataType.BFloat16 || node.TypeOf(0) == OnnxDataType.BFloat16 && !type.IsReal())
            throw node.Unsupported($"casts {node.TypeOf(0)} to {type}; only casts between numbers of up to 64 bits are supported");
        if (node.Value(0) is IntegerValue known && type.IsInteger())
            return known with { Values = type == OnnxDataType.Boolean ? [.. known.Values.Select(value => value == 0 ? 0L : 1)] : known.Values, DataType = type };
        if (node.TypeOf(0) == type) return node.Value(0);
        Tensor x = node.AnyTensor(0);
        Tensor y = type == OnnxDataType.Boolean ? 1f - x.EqualTo(0)
            : type.IsInteger() && node.TypeOf(0).IsReal() ? Arithmetic.Truncated(x)
            : x;
        var value = new TensorValue(y, type);
        return type.IsInteger() && x.Shape.Count <= ImportBudget.Integers && x.Operator is Graphs.Constant ? Truncated(node, value) : value;
    }

    // The same bits as another type of as many: of integers and of float32, which alone are kept to the bit here.
    private static ImportedValue BitCast(ImportNode node)
    {
        OnnxDataType from = node.TypeOf(0), to = DataType(node, node.Integer("to") ?? throw node.Malformed("has no type to cast to"));
        if (from.Bits() != to.Bits()) throw node.Malformed($"takes the bits of {from} as {to}, which has another number of them");
        if (!Kept(from) || !Kept(to) || from == OnnxDataType.Float32 && KnownValue.Of(node.AnyTensor(0)) is null)
            throw node.Unsupported($"takes the bits of {from} as {to}; those of integers and of Float32 that are known at import are supported");
        Shape shape = Known(node, node.ShapeOf(0));
        long[] bits = from == OnnxDataType.Float32
            ? [.. MemoryMarshal.ToEnumerable(KnownValue.Of(node.AnyTensor(0))!.Value).Select(value => (long)BitConverter.SingleToInt32Bits(value))]
            : [.. node.Integers(0)];
        return to == OnnxDataType.Float32
            ? new TensorValue(Tensor.Constant(shape, [.. bits.Select(value => BitConverter.Int32BitsToSingle((int)value))]), to)
            : new IntegerValue(shape, [.. bits.Select(value => Narrowed(value, to))], to);

        static bool Kept(OnnxDataType type) => type == OnnxDataType.Float32 || type.IsInteger();
    }

    private static long Narrowed(long bits, OnnxDataType type) => type switch
    {
        OnnxDataType.UInt8 => (byte)bits,
        OnnxDataType.Int8 => (sbyte)bits,
        OnnxDataType.UInt16 => (ushort)bits,
        OnnxDataType.Int16 => (short)bits,
        OnnxDataType.UInt32 => (uint)bits,
        OnnxDataType.Int32 => (int)bits,
        OnnxDataType.Boolean => bits & 1,
        _ => bits,
    };

    private static IntegerValue Truncated(ImportNode node, TensorValue value)
    {
        (Shape shape, ReadOnlyMemory<float> values) = node.Constant(0);
        bool truth = value.DataType == OnnxDataType.Boolean;
        return new IntegerValue(shape, [.. MemoryMarshal.ToEnumerable(values).Select(x => truth ? (x == 0 ? 0 : 1) : (long)x)], value.DataType);
    }

    // The extents as integers; since 15 from start to end.
    private static ImportedValue ShapeOf(ImportNode node)
    {
        Shape shape = node.ShapeOf(0);
        long start = 0, end = shape.Rank;
        if (node.Opset >= 15)
        {
            start = Bounded(node.Integer("start", 0), shape.Rank);
            end = Math.Max(start, Bounded(node.Integer("end", shape.Rank), shape.Rank));
        }
        return IntegerValue.Vector([.. shape.Extents[(int)start..(int)end].ToArray().Select(extent => (long)extent)]);
    }

    private static long Bounded(long axis, int rank) => Math.Clamp(axis < 0 ? axis + rank : axis, 0, rank);
}
