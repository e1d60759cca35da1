using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Networks in integers of 8, 16 and 32 bits: x is about scale·(q - zero). Integers are whole float32 numbers here, exact up to 2^24, so that a sum of more
/// than 258 products of bytes may be rounded in its last digits. Rounding passes its gradient on as if it were not there, inside the range of the type
/// (the straight-through estimator of Bengio, Léonard and Courville 2013, and what PyTorch's fake_quantize does), so that quantized networks can be differentiated.
/// </summary>
internal static class Quantizations
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Value("QuantizeLinear", 10, 2, 3, QuantizeLinear),
        OnnxOperator.Value("DequantizeLinear", 10, 2, 3, DequantizeLinear),
        new("DynamicQuantizeLinear", 11, 1, 1, DynamicQuantizeLinear),
        OnnxOperator.Typed("MatMulInteger", 10, 2, 4, OnnxDataType.Int32, node => Products.Product(Centred(node, 0, 2, -2), Centred(node, 1, 3, -1))),
        OnnxOperator.Typed("ConvInteger", 10, 2, 4, OnnxDataType.Int32, node => Convolutions.Convolved(node, Centred(node, 0, 2, 1), Centred(node, 1, 3, 0), null)),
        OnnxOperator.Value("QLinearMatMul", 10, 8, 8, node => Requantized(node, Products.Product(Scaled(node, 0, -2), Scaled(node, 3, -1)), 6)),
        OnnxOperator.Value("QLinearConv", 10, 8, 9, QLinearConv),
    ];

    // q = round(x / scale) + zero, limited to what the type holds; uint8 unless the zero or output_dtype says otherwise.
    private static ImportedValue QuantizeLinear(ImportNode node)
    {
        node.Accept("saturate", "precision");
        OnnxDataType stated = node.Integer("output_dtype", 0) is > 0 and var number ? Constants.DataType(node, number) : OnnxDataType.UInt8;
        Tensor x = node.Tensor(0), scale = Spread(node, node.Tensor(1), x.Shape);
        return Quantized(node, x / scale, node.Has(2) ? Spread(node, node.Tensor(2), x.Shape) : null, node.Has(2) ? node.TypeOf(2) : stated);
    }

    private static ImportedValue DequantizeLinear(ImportNode node)
    {
        OnnxDataType type = node.Integer("output_dtype", 0) is > 0 and var number ? Constants.DataType(node, number) : node.TypeOf(1);
        if (!type.IsReal()) throw node.Unsupported($"makes {type}; only real numbers of 16 bits and more are supported");
        Tensor x = node.Tensor(0), scale = Spread(node, node.Tensor(1), x.Shape);
        return new TensorValue((node.Has(2) ? x - Spread(node, node.Tensor(2), x.Shape) : x) * scale, type);
    }

    // Scale and zero follow from the least and largest of x, and 0: 256 steps.
    private static ImportedValue[] DynamicQuantizeLinear(ImportNode node)
    {
        Tensor x = node.Tensor(0), most = x.MaxOver().Reshape(Shape.Scalar).Relu(), least = -(-x).MaxOver().Reshape(Shape.Scalar).Relu();
        Tensor scale = (most - least) / byte.MaxValue, zero = (-least / scale).Clip(0, byte.MaxValue).Round();
        return [Quantized(node, x / scale, zero, OnnxDataType.UInt8), new TensorValue(scale), new TensorValue(zero, OnnxDataType.UInt8)];
    }

    private static ImportedValue QLinearConv(ImportNode node)
    {
        // The bias is in steps of both scales.
        Tensor x = Scaled(node, 0, 1), weight = Scaled(node, 3, 0);
        Tensor? bias = node.OptionalTensor(8) is { } steps ? steps * node.Tensor(1).Reshape(Shape.Scalar) * (node.ShapeOf(4).Count == 1 ? node.Tensor(4).Reshape(Shape.Scalar) : node.Tensor(4)) : null;
        return Requantized(node, Convolutions.Convolved(node, x, weight, bias), 6);
    }

    // An input and, after it, its scale and zero: the real numbers that it stands for.
    private static Tensor Scaled(ImportNode node, int input, int axis) => Centred(node, input, input + 2, axis) is var x ? x * Along(node, input + 1, x.Shape, axis) : null!;

    private static Tensor Centred(ImportNode node, int input, int zero, int axis) => node.Tensor(input) is var x && node.Has(zero) ? x - Along(node, zero, x.Shape, axis) : x;

    private static TensorValue Requantized(ImportNode node, Tensor x, int scale) => Quantized(node, x / node.Tensor(scale), node.Tensor(scale + 1), node.TypeOf(scale + 1));

    private static TensorValue Quantized(ImportNode node, Tensor steps, Tensor? zero, OnnxDataType type)
    {
        (float Least, float Most) range = type switch
        {
            OnnxDataType.UInt8 => ((float)byte.MinValue, byte.MaxValue),
            OnnxDataType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
            OnnxDataType.UInt16 => (ushort.MinValue, ushort.MaxValue),
            OnnxDataType.Int16 => (short.MinValue, short.MaxValue),
            _ => throw node.Unsupported($"quantizes to {type}; integers of 8 and 16 bits are supported"),
        };
        Tensor whole = steps + (steps.Round() - steps).StopGradient();
        return new TensorValue((zero is null ? whole : whole + zero).Clip(range.Least, range.Most), type);
    }

    // A number, or one for each element of an axis (negative: from the end; vectors that count along a batch as they are).
    private static Tensor Along(ImportNode node, int input, Shape shape, int axis)
    {
        Tensor given = node.Tensor(input);
        if (given.Shape.Count == 1) return given.Reshape(Shape.Scalar);
        if (given.Shape.Rank != 1) return given;
        int own = node.Axis(axis, shape.Rank);
        if (given.Shape[0] != shape[own]) throw node.Mismatch($"has {given.Shape[0]} scales or zeros for axis {own} of {shape}");
        int[] extents = [.. Enumerable.Repeat(1, shape.Rank)];
        extents[own] = shape[own];
        return given.Reshape(new Shape(extents));
    }

    // A number, one for each element of the attribute axis, or (since 21) one for each block of block_size of them.
    private static Tensor Spread(ImportNode node, Tensor given, Shape shape)
    {
        long stated = node.Integer("axis", 1), block = node.Integer("block_size", 0);
        if (given.Shape.Count == 1) return given.Reshape(Shape.Scalar);
        int axis = node.Axis(stated, shape.Rank);
        if (given.Shape.Rank == 1 && block == 0)
        {
            if (given.Shape[0] != shape[axis]) throw node.Mismatch($"has {given.Shape[0]} scales or zeros for axis {axis} of {shape}");
            return given.Reshape(new Shape([.. Enumerable.Range(0, shape.Rank - axis).Select(i => i == 0 ? shape[axis] : 1)]));
        }
        if (block < 1 || given.Shape.Rank != shape.Rank || given.Shape.With(axis, 1) != shape.With(axis, 1) || (shape[axis] + block - 1) / block != given.Shape[axis])
            throw node.Mismatch($"has scales or zeros {given.Shape} in blocks of {block} along axis {axis} of {shape}, which do not fit");
        return given.Pick(axis, [.. Enumerable.Range(0, shape[axis]).Select(i => (int)(i / block))]);
    }
}
