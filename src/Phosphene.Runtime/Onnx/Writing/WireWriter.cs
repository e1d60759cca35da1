using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Phosphene.Runtime.Onnx;

/// <summary>
/// Writes the fields of one protobuf message; an inner message is written whole and then put in as bytes. Fields come in the order of the calls, so
/// that the same message is always the same bytes. Source: protobuf.dev/programming-guides/encoding.
/// </summary>
internal sealed class WireWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>What has been written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public WireWriter Varint(int field, long value)
    {
        Tag(field, WireType.Varint);
        Number((ulong)value);
        return this;
    }

    public WireWriter Float(int field, float value)
    {
        Tag(field, WireType.Fixed32);
        BinaryPrimitives.WriteSingleLittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    public WireWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>The same, unless it is empty.</summary>
    public WireWriter OptionalText(int field, string value) => value.Length > 0 ? Text(field, value) : this;

    public WireWriter Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, WireType.Bytes);
        Number((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    public WireWriter Message(int field, WireWriter inner) => Bytes(field, inner.Written.Span);

    /// <summary>A repeated field: the given call once for each item.</summary>
    public WireWriter Each<T>(IEnumerable<T> items, Action<WireWriter, T> write)
    {
        foreach (T item in items) write(this, item);
        return this;
    }

    private void Tag(int field, WireType type) => Number((ulong)field << 3 | (uint)type);

    private void Number(ulong value)
    {
        Span<byte> bytes = _bytes.GetSpan(10);
        int count = 0;
        for (; value >= 0x80; value >>= 7) bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        _bytes.Advance(count);
    }
}
