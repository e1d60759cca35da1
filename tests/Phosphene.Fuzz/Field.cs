using Google.Protobuf;

namespace Phosphene.Fuzz;

/// <summary>The messages of onnx.proto, as far as a field's content is one of them.</summary>
internal enum Message
{
    None,
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
    Value,
    Type,
    TensorType,
    Shape,
    Dimension,
    Opset,
    Entry,
    Function,
}

/// <summary>
/// A field of a protobuf message: a number, bytes, or fields of its own where onnx.proto has a message there. Parsed and written by Google's library,
/// without generated classes, so that what no schema allows can be written too.
/// </summary>
internal sealed class Field(int number, WireFormat.WireType type)
{
    public int Number { get; set; } = number;

    public WireFormat.WireType Type { get; } = type;

    /// <summary>The value of a varint or of fixed bits.</summary>
    public ulong Value { get; set; }

    /// <summary>The content of a length-delimited field without fields.</summary>
    public byte[] Bytes { get; set; } = [];

    /// <summary>The fields inside, if it is a message.</summary>
    public List<Field>? Fields { get; set; }

    /// <summary>Which message it is.</summary>
    public Message Message { get; set; }

    /// <summary>The same once more, independent of this.</summary>
    public Field Copy() => new(Number, Type) { Value = Value, Bytes = Bytes, Message = Message, Fields = Fields is null ? null : [.. Fields.Select(field => field.Copy())] };

    /// <summary>This field and all inside it.</summary>
    public IEnumerable<Field> All() => Fields is null ? [this] : Fields.SelectMany(field => field.All()).Prepend(this);

    /// <summary>A whole model; null if it is none.</summary>
    public static Field? ParseModel(byte[] bytes)
    {
        try
        {
            return new Field(0, WireFormat.WireType.LengthDelimited) { Message = Message.Model, Fields = Parse(bytes, Message.Model) };
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>The fields as bytes.</summary>
    public byte[] Content()
    {
        if (Fields is null) return Bytes;
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            foreach (Field field in Fields) field.Write(output);
        }
        return stream.ToArray();
    }

    private void Write(CodedOutputStream output)
    {
        output.WriteTag(Number, Type);
        switch (Type)
        {
            case WireFormat.WireType.Varint: output.WriteUInt64(Value); break;
            case WireFormat.WireType.Fixed32: output.WriteFixed32((uint)Value); break;
            case WireFormat.WireType.Fixed64: output.WriteFixed64(Value); break;
            default: output.WriteBytes(ByteString.CopyFrom(Content())); break;
        }
    }

    private static List<Field> Parse(byte[] bytes, Message message)
    {
        var fields = new List<Field>();
        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is var tag and not 0)
        {
            var field = new Field(WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag));
            switch (field.Type)
            {
                case WireFormat.WireType.Varint: field.Value = input.ReadUInt64(); break;
                case WireFormat.WireType.Fixed32: field.Value = input.ReadFixed32(); break;
                case WireFormat.WireType.Fixed64: field.Value = input.ReadFixed64(); break;
                default:
                    field.Bytes = input.ReadBytes().ToByteArray();
                    field.Message = Inner(message, field.Number);
                    if (field.Message != Message.None) field.Fields = Parse(field.Bytes, field.Message);
                    break;
            }
            fields.Add(field);
        }
        return fields;
    }

    private static Message Inner(Message message, int field) => (message, field) switch
    {
        (Message.Model, 7) => Message.Graph,
        (Message.Model, 8) => Message.Opset,
        (Message.Model, 14) => Message.Entry,
        (Message.Model, 25) => Message.Function,
        (Message.Graph, 1) => Message.Node,
        (Message.Graph, 5) => Message.Tensor,
        (Message.Graph, 11 or 12 or 13) => Message.Value,
        (Message.Node, 5) => Message.Attribute,
        (Message.Attribute, 5 or 10) => Message.Tensor,
        (Message.Attribute, 6 or 11) => Message.Graph,
        (Message.Tensor, 13) => Message.Entry,
        (Message.Value, 2) => Message.Type,
        (Message.Type, 1) => Message.TensorType,
        (Message.TensorType, 2) => Message.Shape,
        (Message.Shape, 1) => Message.Dimension,
        (Message.Function, 7) => Message.Node,
        (Message.Function, 9) => Message.Opset,
        (Message.Function, 11) => Message.Attribute,
        _ => Message.None,
    };
}
