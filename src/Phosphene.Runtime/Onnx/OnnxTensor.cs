using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx;

/// <summary>
/// Numbers stored in a model: an initializer or an attribute. The payload is row-major and little-endian, exactly as many bytes as the shape needs,
/// and lies in the mapped file where the file allows it. It must not be read after the model is disposed.
/// </summary>
public sealed record OnnxTensor(string Name, Shape Shape, OnnxDataType DataType, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Where the payload lies, as long as it has not been fetched from there.</summary>
    internal ExternalReference? External { get; init; }

    /// <summary>The tensor as it stands in the file, for a copy, where it has no payload that is understood: text.</summary>
    internal ReadOnlyMemory<byte> Source { get; init; }

    /// <summary>How many bytes the payload has by type and shape.</summary>
    internal long PayloadBytes => ((long)Shape.Count * DataType.Bits() + 7) / 8;

    private static readonly bool CanView = BitConverter.IsLittleEndian && RuntimeInformation.ProcessArchitecture != Architecture.Arm;

    /// <summary>
    /// The elements as float32. A float32 payload in the mapped file is not copied (nor aligned, which 32-bit Arm cannot read: it gets a copy);
    /// float16, bfloat16 and float64 are converted.
    /// </summary>
    /// <exception cref="InvalidOperationException">The elements are not real numbers.</exception>
    public ReadOnlyMemory<float> ToFloats()
    {
        if (DataType == OnnxDataType.Float32 && CanView && MappedMemory<byte>.TryView(Payload, out ReadOnlyMemory<float> view)) return view;

        var floats = new float[Shape.Count];
        ReadOnlySpan<byte> bytes = Payload.Span;
        switch (DataType)
        {
            case OnnxDataType.Float32:
                for (int i = 0; i < floats.Length; i++) floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(4 * i)..]);
                break;
            case OnnxDataType.Float64:
                for (int i = 0; i < floats.Length; i++) floats[i] = (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
                break;
            case OnnxDataType.Float16:
                for (int i = 0; i < floats.Length; i++) floats[i] = (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]);
                break;
            case OnnxDataType.BFloat16:
                for (int i = 0; i < floats.Length; i++)
                    floats[i] = BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]) << 16);
                break;
            default:
                throw new InvalidOperationException($"Tensor {Printable.Quote(Name)} holds {DataType}, not real numbers.");
        }
        return floats;
    }

    /// <summary>The elements as 64-bit integers; truth values as 0 and 1.</summary>
    /// <exception cref="InvalidOperationException">The elements are not integers.</exception>
    /// <exception cref="OverflowException">An unsigned 64-bit element is 2^63 or more.</exception>
    public long[] ToIntegers()
    {
        var integers = new long[Shape.Count];
        ReadOnlySpan<byte> bytes = Payload.Span;
        for (int i = 0; i < integers.Length; i++)
            integers[i] = DataType switch
            {
                OnnxDataType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes[(8 * i)..]),
                OnnxDataType.UInt64 => checked((long)BinaryPrimitives.ReadUInt64LittleEndian(bytes[(8 * i)..])),
                OnnxDataType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes[(4 * i)..]),
                OnnxDataType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(4 * i)..]),
                OnnxDataType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]),
                OnnxDataType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]),
                OnnxDataType.Int8 => (sbyte)bytes[i],
                OnnxDataType.UInt8 => bytes[i],
                OnnxDataType.Boolean => bytes[i] == 0 ? 0 : 1,
                _ => throw new InvalidOperationException($"Tensor {Printable.Quote(Name)} holds {DataType}, not integers."),
            };
        return integers;
    }

    /// <summary>For example "'conv1_w' Float32 [64, 3, 7, 7]".</summary>
    public override string ToString() => $"{Printable.Quote(Name)} {DataType} {Shape}";
}
