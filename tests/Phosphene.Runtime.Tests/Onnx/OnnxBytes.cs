using System.Runtime.InteropServices;
using System.Text;

namespace Phosphene.Runtime.Tests.Onnx;

/// <summary>Writes ONNX messages by hand, sound or not. Field numbers are those of onnx.proto.</summary>
internal static class OnnxBytes
{
    public static byte[] Model(byte[] graph, long opset = 13, long irVersion = 8, params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        byte[][] properties = [.. metadata.ToArray().Select(entry => Bytes(14, Join(Text(1, entry.Key), Text(2, entry.Value))))];
        return Join([Varint(1, irVersion), Text(2, "phosphene-tests"), Bytes(8, Opset("", opset)), .. properties, Bytes(7, graph)]);
    }

    public static byte[] Opset(string domain, long version) => Join(Text(1, domain), Varint(2, version));

    public static byte[] Graph(byte[][] nodes, byte[][]? initializers = null, byte[][]? inputs = null, byte[][]? outputs = null) => Join(
    [
        .. nodes.Select(node => Bytes(1, node)), Text(2, "tiny"), .. (initializers ?? []).Select(tensor => Bytes(5, tensor)),
        .. (inputs ?? []).Select(value => Bytes(11, value)), .. (outputs ?? []).Select(value => Bytes(12, value)),
    ]);

    /// <summary>A node; names are separated by blanks, and "-" is an absent one. The first output is the node's name with _node added.</summary>
    public static byte[] Node(string @operator, string inputs, string outputs, params ReadOnlySpan<byte[]> attributes) =>
        Node("", @operator, inputs, outputs, attributes);

    public static byte[] Node(string domain, string @operator, string inputs, string outputs, ReadOnlySpan<byte[]> attributes) => Join(
    [
        .. Names(inputs).Select(name => Text(1, name)), .. Names(outputs).Select(name => Text(2, name)), Text(3, Names(outputs).FirstOrDefault("") + "_node"),
        Text(4, @operator), .. attributes.ToArray().Select(attribute => Bytes(5, attribute)), Text(7, domain),
    ]);

    public static byte[] Attribute(string name, long value) => Join(Text(1, name), Varint(3, value), Varint(20, 2));

    public static byte[] Attribute(string name, float value) => Join(Text(1, name), Float(2, value), Varint(20, 1));

    public static byte[] Attribute(string name, string value) => Join(Text(1, name), Text(4, value), Varint(20, 3));

    public static byte[] Attribute(string name, long[] values) => Join([Text(1, name), .. values.Select(value => Varint(8, value)), Varint(20, 7)]);

    public static byte[] Attribute(string name, float[] values) => Join([Text(1, name), .. values.Select(value => Float(7, value)), Varint(20, 6)]);

    public static byte[] TensorAttribute(string name, byte[] tensor) => Join(Text(1, name), Bytes(5, tensor), Varint(20, 4));

    /// <summary>A float32 tensor with raw data.</summary>
    public static byte[] Tensor(string name, long[] extents, params float[] values) => Raw(name, 1, extents, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>A float32 tensor with raw data, all of one value.</summary>
    public static byte[] Filled(string name, long[] extents, float value = 0.5f) =>
        Tensor(name, extents, [.. Enumerable.Repeat(value, (int)extents.Aggregate(1L, (a, b) => a * b))]);

    /// <summary>An int64 tensor with raw data: a list.</summary>
    public static byte[] Integers(string name, params long[] values) => Raw(name, 7, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>An int64 scalar with raw data.</summary>
    public static byte[] Integer(string name, long value) => Raw(name, 7, [], BitConverter.GetBytes(value));

    /// <summary>A tensor of any type with raw data of any length.</summary>
    public static byte[] Raw(string name, int type, long[] extents, byte[] data) => Join(TensorHead(name, type, extents), Bytes(9, data));

    /// <summary>A tensor up to its payload.</summary>
    public static byte[] TensorHead(string name, int type, long[] extents) => Join([.. extents.Select(extent => Varint(1, extent)), Varint(2, type), Text(8, name)]);

    /// <summary>The declaration of a float32 graph input or output; an extent of -1 has the symbol N.</summary>
    public static byte[] Value(string name, params long[] extents)
    {
        byte[] shape = Join([.. extents.Select(extent => Bytes(1, extent < 0 ? Text(2, "N") : Varint(1, extent)))]);
        return Join(Text(1, name), Bytes(2, Bytes(1, Join(Varint(1, 1), Bytes(2, shape)))));
    }

    public static byte[] Varint(int field, long value) => Join(Number((ulong)field << 3), Number((ulong)value));

    public static byte[] Float(int field, float value) => Join(Number(((ulong)field << 3) | 5), BitConverter.GetBytes(value));

    public static byte[] Double(int field, double value) => Join(Number(((ulong)field << 3) | 1), BitConverter.GetBytes(value));

    public static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public static byte[] Bytes(int field, byte[] value) => Join(Number(((ulong)field << 3) | 2), Number((ulong)value.Length), value);

    public static byte[] Number(ulong value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    private static string[] Names(string names) => [.. names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => name == "-" ? "" : name)];
}
