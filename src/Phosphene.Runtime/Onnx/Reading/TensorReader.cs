using System.Buffers.Binary;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>
/// Reads TensorProto. Two passes: the first learns name, type, dimensions and which payload there is, and checks its length; the second makes the
/// payload what raw_data would have been. raw_data and one packed run of floats or doubles are views of the file. A payload in another file is left
/// to <see cref="ExternalFiles"/>.
/// </summary>
internal static class TensorReader
{
    private const int FloatData = 4, Int32Data = 5, StringData = 6, Int64Data = 7, RawData = 9, DoubleData = 10, UInt64Data = 11;

    public static OnnxTensor Read(MappedFile file, Region region, string kind, int index = -1)
    {
        var reader = new WireReader(file, region, kind, index);
        string name = "";
        OnnxDataType type = OnnxDataType.Undefined;
        long[] extents = [];
        int rank = 0, payload = 0;
        long elements = 0;
        Region raw = default;
        ExternalReference? external = null;

        while (reader.Next())
        {
            long count = 0;
            switch (reader.Field)
            {
                case 1: reader.Varints(ref extents, ref rank, Limits.Rank, "dimensions"); continue;
                case 2: type = DataType(ref reader); continue;
                case 8: name = reader.Name(); continue;
                case 13: external = (external ?? ExternalReference.Nowhere).With(new WireReader(file, reader.Bytes(), $"{reader.Thing}, external data")); continue;
                case 14: external = reader.Varint() == 1 ? external ?? ExternalReference.Nowhere : external; continue;
                case FloatData: count = reader.FixedElements(WireType.Fixed32, 4).Length / 4; break;
                case DoubleData: count = reader.FixedElements(WireType.Fixed64, 8).Length / 8; break;
                case Int32Data or Int64Data or UInt64Data: count = reader.CountVarints(); break;
                case StringData: reader.Bytes(); count = 1; break;
                case RawData: raw = reader.Bytes(); count = raw.Length; break;
                default: reader.Skip(); continue;
            }
            if (count == 0) continue;
            if (payload != 0 && (payload != reader.Field || payload == RawData))
                throw reader.Damaged($"({Printable.Quote(name)}) holds its data twice (fields {payload} and {reader.Field}), where one is allowed");
            payload = reader.Field;
            elements += count;
        }

        if (type == OnnxDataType.Undefined) throw reader.Damaged($"({Printable.Quote(name)}) states no data type");
        Shape shape = ShapeOf(ref reader, name, extents.AsSpan(0, rank));
        if (type.Bits() == 0) return new OnnxTensor(name, shape, type, default) { Source = View(file, region) };   // text: refused where it is used

        long bytes = ((long)shape.Count * type.Bits() + 7) / 8;
        if (bytes > int.MaxValue) throw reader.Damaged($"({Printable.Quote(name)}) has {bytes} bytes, where at most {int.MaxValue} are accepted");
        if (external is not null)
            return payload == 0
                ? new OnnxTensor(name, shape, type, default) { External = external }
                : throw reader.Damaged($"({Printable.Quote(name)}) holds its data twice (field {payload} and another file), where one is allowed");
        if (payload == RawData)
            return raw.Length == bytes
                ? new OnnxTensor(name, shape, type, View(file, raw))
                : throw reader.Damaged($"({Printable.Quote(name)}) has {raw.Length} bytes of data, where {type} {shape} needs {bytes}");

        int field = FieldOf(type);
        if (payload != 0 && payload != field) throw reader.Damaged($"({Printable.Quote(name)}) holds {type} in field {payload}, where ONNX has field {field}");
        if (field == 0) return new OnnxTensor(name, shape, type, default) { Source = View(file, region) };
        if (elements != shape.Count)
            throw reader.Damaged($"({Printable.Quote(name)}) has {elements} elements, where {type} {shape} needs {shape.Count}");
        return new OnnxTensor(name, shape, type, elements == 0 ? default : Typed(file, new WireReader(file, region, kind, index), type, (int)bytes));
    }

    /// <summary>A data type that ONNX defines.</summary>
    public static OnnxDataType DataType(ref WireReader reader)
    {
        ulong type = reader.Varint();
        return type <= (ulong)OnnxDataTypes.Newest ? (OnnxDataType)type : throw reader.Newer($"has the data type {type}, where 0 to {(int)OnnxDataTypes.Newest} are known");
    }

    private static Shape ShapeOf(ref WireReader reader, string name, ReadOnlySpan<long> extents)
    {
        Span<int> checkedExtents = stackalloc int[extents.Length];
        long count = 1;
        for (int i = 0; i < extents.Length; i++)
        {
            if (extents[i] is < 0 or > int.MaxValue || (count *= extents[i]) > int.MaxValue)
                throw reader.Damaged(
                    $"({Printable.Quote(name)}) has the dimensions [{string.Join(", ", extents.ToArray())}], " +
                    "where each must be at least 0 and their product below 2^31");
            checkedExtents[i] = (int)extents[i];
        }
        return new Shape(checkedExtents);
    }

    /// <summary>The field that holds elements of a type when raw_data does not; 0 for types that nothing here reads.</summary>
    private static int FieldOf(OnnxDataType type) => type switch
    {
        OnnxDataType.Float32 => FloatData,
        OnnxDataType.Float64 => DoubleData,
        OnnxDataType.Int64 => Int64Data,
        OnnxDataType.UInt32 or OnnxDataType.UInt64 => UInt64Data,
        OnnxDataType.Int32 or OnnxDataType.Int16 or OnnxDataType.Int8 or OnnxDataType.UInt16 or OnnxDataType.UInt8 or OnnxDataType.Boolean
            or OnnxDataType.Float16 or OnnxDataType.BFloat16 => Int32Data,
        _ => 0,
    };

    /// <summary>A part of the file; empty if it is longer than a memory can be.</summary>
    public static ReadOnlyMemory<byte> View(MappedFile file, Region region) =>
        region.Length is 0 or > int.MaxValue ? default : new MappedMemory<byte>(file, region.Offset, (int)region.Length).Memory;

    private static ReadOnlyMemory<byte> Typed(MappedFile file, WireReader reader, OnnxDataType type, int bytes)
    {
        int field = FieldOf(type), size = type.Bits() / 8, filled = 0;
        byte[]? copy = null;
        while (reader.Next())
        {
            if (reader.Field != field)
            {
                reader.Skip();
            }
            else if (field is FloatData or DoubleData)
            {
                Region run = reader.FixedElements(size == 4 ? WireType.Fixed32 : WireType.Fixed64, size);
                if (run.Length == bytes) return View(file, run);
                copy ??= new byte[bytes];
                file.Span(run.Offset, (int)run.Length).CopyTo(copy.AsSpan(filled));
                filled += (int)run.Length;
            }
            else
            {
                copy ??= new byte[bytes];
                if (reader.Type == WireType.Varint)
                {
                    Store(ref reader, reader.Varint(), type, copy.AsSpan(filled, size));
                    filled += size;
                    continue;
                }
                var packed = new WireReader(file, reader.Bytes(), reader.Thing);
                while (WireReader.NextVarint(ref packed, out ulong value))
                {
                    Store(ref packed, value, type, copy.AsSpan(filled, size));
                    filled += size;
                }
            }
        }
        return copy;
    }

    private static void Store(ref WireReader reader, ulong value, OnnxDataType type, Span<byte> bytes)
    {
        long signed = (long)value;
        bool fits = type switch
        {
            OnnxDataType.Int8 => signed is >= sbyte.MinValue and <= sbyte.MaxValue,
            OnnxDataType.UInt8 => signed is >= 0 and <= byte.MaxValue,
            OnnxDataType.Boolean => signed is 0 or 1,
            OnnxDataType.Int16 => signed is >= short.MinValue and <= short.MaxValue,
            OnnxDataType.UInt16 or OnnxDataType.Float16 or OnnxDataType.BFloat16 => signed is >= 0 and <= ushort.MaxValue,
            OnnxDataType.Int32 => signed is >= int.MinValue and <= int.MaxValue || signed >> 32 == 0,   // some writers do not extend the sign to 64 bits
            OnnxDataType.UInt32 => value <= uint.MaxValue,
            _ => true,
        };
        if (!fits) throw reader.Damaged($"holds the number {signed}, which is no {type}");
        Span<byte> all = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(all, value);
        all[..bytes.Length].CopyTo(bytes);
    }
}
