namespace Phosphene.Runtime.Onnx;

#pragma warning disable CA1720 // These are names of types: that is what the enum lists.

/// <summary>What the elements of a tensor are, with the numbers of ONNX's TensorProto.DataType.</summary>
public enum OnnxDataType
{
    /// <summary>Not stated, or not a tensor.</summary>
    Undefined = 0,

    /// <summary>IEEE binary32.</summary>
    Float32 = 1,

    /// <summary>Unsigned 8 bits.</summary>
    UInt8 = 2,

    /// <summary>Signed 8 bits.</summary>
    Int8 = 3,

    /// <summary>Unsigned 16 bits.</summary>
    UInt16 = 4,

    /// <summary>Signed 16 bits.</summary>
    Int16 = 5,

    /// <summary>Signed 32 bits.</summary>
    Int32 = 6,

    /// <summary>Signed 64 bits.</summary>
    Int64 = 7,

    /// <summary>Text.</summary>
    Text = 8,

    /// <summary>One byte, 0 or 1.</summary>
    Boolean = 9,

    /// <summary>IEEE binary16.</summary>
    Float16 = 10,

    /// <summary>IEEE binary64.</summary>
    Float64 = 11,

    /// <summary>Unsigned 32 bits.</summary>
    UInt32 = 12,

    /// <summary>Unsigned 64 bits.</summary>
    UInt64 = 13,

    /// <summary>Two binary32: real, imaginary.</summary>
    Complex64 = 14,

    /// <summary>Two binary64: real, imaginary.</summary>
    Complex128 = 15,

    /// <summary>The upper half of a binary32.</summary>
    BFloat16 = 16,

    /// <summary>8 bits: 4 of exponent, 3 of fraction, no infinity.</summary>
    Float8E4M3FN = 17,

    /// <summary>8 bits: 4 of exponent, 3 of fraction, no infinity, no negative zero.</summary>
    Float8E4M3FNUZ = 18,

    /// <summary>8 bits: 5 of exponent, 2 of fraction.</summary>
    Float8E5M2 = 19,

    /// <summary>8 bits: 5 of exponent, 2 of fraction, no negative zero.</summary>
    Float8E5M2FNUZ = 20,

    /// <summary>Unsigned 4 bits, two to a byte.</summary>
    UInt4 = 21,

    /// <summary>Signed 4 bits, two to a byte.</summary>
    Int4 = 22,

    /// <summary>4 bits: 2 of exponent, 1 of fraction, two to a byte.</summary>
    Float4E2M1 = 23,

    /// <summary>8 bits of exponent alone: powers of two, for scales.</summary>
    Float8E8M0 = 24,

    /// <summary>Unsigned 2 bits, four to a byte.</summary>
    UInt2 = 25,

    /// <summary>Signed 2 bits, four to a byte.</summary>
    Int2 = 26,
}

internal static class OnnxDataTypes
{
    /// <summary>The last type that is known.</summary>
    public const OnnxDataType Newest = OnnxDataType.Int2;

    /// <summary>The bits of one element; 0 for text and undefined, which have no fixed size.</summary>
    public static int Bits(this OnnxDataType type) => type switch
    {
        OnnxDataType.Undefined or OnnxDataType.Text => 0,
        OnnxDataType.UInt2 or OnnxDataType.Int2 => 2,
        OnnxDataType.UInt4 or OnnxDataType.Int4 or OnnxDataType.Float4E2M1 => 4,
        OnnxDataType.UInt16 or OnnxDataType.Int16 or OnnxDataType.Float16 or OnnxDataType.BFloat16 => 16,
        OnnxDataType.Float32 or OnnxDataType.Int32 or OnnxDataType.UInt32 => 32,
        OnnxDataType.Float64 or OnnxDataType.Int64 or OnnxDataType.UInt64 or OnnxDataType.Complex64 => 64,
        OnnxDataType.Complex128 => 128,
        _ => 8,
    };

    /// <summary>A type that nothing here computes with, for a message: newer ones, which came with quantized weights, by their bits.</summary>
    public static string InWords(this OnnxDataType type) =>
        type >= OnnxDataType.Float8E4M3FN ? $"{type}, a newer type of {type.Bits()} bits, which is not supported" : $"{type}, a type that is not supported";

    /// <summary>Whether the elements widen to float32: the plain real formats.</summary>
    public static bool IsReal(this OnnxDataType type) =>
        type is OnnxDataType.Float32 or OnnxDataType.Float16 or OnnxDataType.BFloat16 or OnnxDataType.Float64;

    /// <summary>Whether the elements are whole numbers of 8 bits or more, or truth values.</summary>
    public static bool IsInteger(this OnnxDataType type) =>
        type is OnnxDataType.UInt8 or OnnxDataType.Int8 or OnnxDataType.UInt16 or OnnxDataType.Int16 or OnnxDataType.Int32
            or OnnxDataType.Int64 or OnnxDataType.Boolean or OnnxDataType.UInt32 or OnnxDataType.UInt64;
}
