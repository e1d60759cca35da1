using System.Collections.Immutable;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>Reads ValueInfoProto, TypeProto and TensorShapeProto: the declaration of a graph input or output.</summary>
internal static class ValueReader
{
    public static OnnxValue Read(MappedFile file, WireReader reader)
    {
        var value = new OnnxValue("", OnnxDataType.Undefined, null);
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: value = value with { Name = reader.Name() }; break;
                case 2: value = Type(file, value, new WireReader(file, reader.Bytes(), $"{reader.Thing}, type")); break;
                default: reader.Skip(); break;
            }
        }
        return value.Name.Length > 0 ? value : throw reader.Damaged("has no name");
    }

    // Only tensors have a shape; sequences, maps and optionals stay undefined, and matter only if something needs them.
    private static OnnxValue Type(MappedFile file, OnnxValue value, WireReader reader)
    {
        while (reader.Next())
        {
            if (reader.Field == 1) value = TensorType(file, value, new WireReader(file, reader.Bytes(), reader.Thing));
            else reader.Skip();
        }
        return value;
    }

    private static OnnxValue TensorType(MappedFile file, OnnxValue value, WireReader reader)
    {
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1: value = value with { ElementType = TensorReader.DataType(ref reader) }; break;
                case 2: value = value with { Dimensions = Dimensions(file, new WireReader(file, reader.Bytes(), reader.Thing)) }; break;
                default: reader.Skip(); break;
            }
        }
        return value;
    }

    private static ImmutableArray<OnnxDimension> Dimensions(MappedFile file, WireReader reader)
    {
        var dimensions = ImmutableArray.CreateBuilder<OnnxDimension>();
        while (reader.Next())
        {
            if (reader.Field != 1)
            {
                reader.Skip();
                continue;
            }
            if (dimensions.Count == Limits.Rank) throw reader.Damaged($"has more than {Limits.Rank} dimensions");
            dimensions.Add(Dimension(new WireReader(file, reader.Bytes(), $"{reader.Thing}, dimension", dimensions.Count)));
        }
        return dimensions.DrainToImmutable();
    }

    private static OnnxDimension Dimension(WireReader reader)
    {
        int? extent = null;
        string? symbol = null;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    long value = (long)reader.Varint();
                    if (value > int.MaxValue) throw reader.Damaged($"is {value}, where at most {int.MaxValue} is accepted");
                    extent = value < 0 ? null : (int)value;   // some exporters write -1 for "any"; ONNX Runtime reads it so too
                    break;
                case 2: symbol = reader.Name() is { Length: > 0 } name ? name : null; break;
                default: reader.Skip(); break;
            }
        }
        return new OnnxDimension(extent, symbol);
    }
}
