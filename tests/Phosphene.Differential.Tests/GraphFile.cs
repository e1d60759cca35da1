using System.Runtime.InteropServices;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests;

/// <summary>
/// A small graph as an ONNX file, written with Google's library, so that Phosphene's own writer is not its judge. Field numbers are those of onnx.proto.
/// </summary>
internal static class GraphFile
{
    /// <summary>The bytes of the file.</summary>
    public static byte[] Write(SmallGraph graph)
    {
        // Files of the time of operator set 8 list every weight as an input too.
        bool early = graph.Opset < 9;
        return Message(model =>
        {
            Integer(model, 1, early ? 3 : graph.Opset < 15 ? 7 : 8);
            Text(model, 2, "phosphene-differential");
            Bytes(model, 8, Message(opset =>
            {
                Text(opset, 1, "");
                Integer(opset, 2, graph.Opset);
            }));
            Bytes(model, 7, Message(body => Body(body, graph, early)));
        });
    }

    private static void Body(CodedOutputStream body, SmallGraph graph, bool early)
    {
        foreach (Given given in graph.Givens.Where(given => given.Place == Place.Constant))
            Bytes(body, 1, Encoded(new Node("Constant", [], [given.Name], [("value", given.Numbers)])));
        foreach (Node node in graph.Nodes) Bytes(body, 1, Encoded(node));
        Text(body, 2, "small");
        foreach (Given given in graph.Givens.Where(given => given.Place is Place.Initializer or Place.ListedInitializer))
            Bytes(body, 5, Encoded(given.Name, given.Numbers));
        foreach (Given given in graph.Givens.Where(given => given.Place is Place.Input or Place.ListedInitializer || (early && given.Place == Place.Initializer)))
            Bytes(body, 11, Declared(given));
        foreach (string output in graph.Outputs) Bytes(body, 12, Message(value => Text(value, 1, output)));
    }

    private static byte[] Encoded(Node node) => Message(message =>
    {
        foreach (string input in node.Inputs) Text(message, 1, input);
        foreach (string output in node.Outputs) Text(message, 2, output);
        Text(message, 3, $"{node.Outputs[0]}_node");
        Text(message, 4, node.Operator);
        foreach ((string name, object value) in node.Attributes) Bytes(message, 5, Encoded(name, value));
    });

    private static byte[] Encoded(string name, object value) => Message(message =>
    {
        Text(message, 1, name);
        switch (value)
        {
            case float real: Real(message, 2, real); Integer(message, 20, 1); break;
            case long integer: Integer(message, 3, integer); Integer(message, 20, 2); break;
            case string text: Text(message, 4, text); Integer(message, 20, 3); break;
            case Numbers numbers: Bytes(message, 5, Encoded("", numbers)); Integer(message, 20, 4); break;
            case float[] reals: foreach (float real in reals) Real(message, 7, real); Integer(message, 20, 6); break;
            case string[] texts: foreach (string text in texts) Text(message, 9, text); Integer(message, 20, 8); break;
            case long[] integers: foreach (long integer in integers) Integer(message, 8, integer); Integer(message, 20, 7); break;
            default: throw new ArgumentException($"Attribute {name} is a {value.GetType()}.");
        }
    });

    // Raw bytes and fields by type are two ways to store the same; tensors of an odd number of elements take the second.
    private static byte[] Encoded(string name, Numbers numbers) => Message(message =>
    {
        foreach (int extent in numbers.Shape) Integer(message, 1, extent);
        Integer(message, 2, (int)numbers.Type);
        Text(message, 8, name);
        if (numbers.Count % 2 == 0) Bytes(message, 9, Raw(numbers));
        else if (numbers.IsReal) Bytes(message, 4, Raw(numbers));
        else Bytes(message, numbers.Type == TensorElementType.Int64 ? 7 : 5, Message(packed =>
        {
            foreach (double value in numbers.Values) packed.WriteInt64((long)value);
        }));
    });

    /// <summary>The elements as they lie in memory, little-endian.</summary>
    public static byte[] Raw(Numbers numbers) => numbers.Type switch
    {
        TensorElementType.Float => MemoryMarshal.AsBytes<float>([.. numbers.Values.Select(value => (float)value)]).ToArray(),
        TensorElementType.Int64 => MemoryMarshal.AsBytes<long>([.. numbers.Values.Select(value => (long)value)]).ToArray(),
        TensorElementType.Int32 => MemoryMarshal.AsBytes<int>([.. numbers.Values.Select(value => (int)value)]).ToArray(),
        TensorElementType.Int8 => [.. numbers.Values.Select(value => (byte)(sbyte)value)],
        TensorElementType.Bool or TensorElementType.UInt8 => [.. numbers.Values.Select(value => (byte)value)],
        _ => throw new ArgumentException($"Numbers of type {numbers.Type} are not drawn here."),
    };

    private static byte[] Declared(Given given) => Message(value =>
    {
        Text(value, 1, given.Name);
        Bytes(value, 2, Message(type => Bytes(type, 1, Message(tensor =>
        {
            Integer(tensor, 1, (int)given.Numbers.Type);
            Bytes(tensor, 2, Message(shape =>
            {
                foreach (int extent in given.Numbers.Shape) Bytes(shape, 1, Message(dimension => Integer(dimension, 1, extent)));
            }));
        }))));
    });

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true)) write(output);
        return stream.ToArray();
    }

    private static void Integer(CodedOutputStream output, int field, long value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt64(value);
    }

    private static void Real(CodedOutputStream output, int field, float value)
    {
        output.WriteTag(field, WireFormat.WireType.Fixed32);
        output.WriteFloat(value);
    }

    private static void Text(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void Bytes(CodedOutputStream output, int field, byte[] value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(value));
    }
}
