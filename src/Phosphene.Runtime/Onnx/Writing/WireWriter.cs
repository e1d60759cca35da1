using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Writing;

/// <summary>
/// Writes the fields of one protobuf message; an inner message is written whole and then put in as bytes. Fields come in the order of the calls, so
/// that the same message is always the same bytes. Long payloads are kept where they are until the whole is written to a stream.
/// Source: protobuf.dev/programming-guides/encoding.
/// </summary>
internal sealed class WireWriter
{
    private const int LongestCopy = 4096;

    private readonly List<ReadOnlyMemory<byte>> _parts = [];
    private ArrayBufferWriter<byte> _bytes = new();     // what comes after the parts
    private long _partBytes;

    /// <summary>The number of bytes written.</summary>
    public long Length => _partBytes + _bytes.WrittenCount;

    /// <summary>What has been written, in one piece.</summary>
    public ReadOnlyMemory<byte> Written
    {
        get
        {
            if (_parts.Count == 0) return _bytes.WrittenMemory;
            var whole = new byte[Length];
            using var stream = new MemoryStream(whole);
            CopyTo(stream);
            return whole;
        }
    }

    /// <summary>Writes what has been written to a stream.</summary>
    public void CopyTo(Stream stream)
    {
        foreach (ReadOnlyMemory<byte> part in _parts) stream.Write(part.Span);
        stream.Write(_bytes.WrittenSpan);
    }

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

    public WireWriter Bytes(int field, ReadOnlyMemory<byte> value)
    {
        Tag(field, WireType.Bytes);
        Number((ulong)value.Length);
        Append(value);
        return this;
    }

    /// <summary>Fields that have been written before.</summary>
    public WireWriter Raw(ReadOnlyMemory<byte> fields)
    {
        Append(fields);
        return this;
    }

    public WireWriter Message(int field, WireWriter inner)
    {
        Tag(field, WireType.Bytes);
        Number((ulong)inner.Length);
        foreach (ReadOnlyMemory<byte> part in inner._parts) Append(part);
        Append(inner._bytes.WrittenMemory);
        return this;
    }

    /// <summary>A repeated field: the given call once for each item.</summary>
    public WireWriter Each<T>(IEnumerable<T> items, Action<WireWriter, T> write)
    {
        foreach (T item in items) write(this, item);
        return this;
    }

    private void Append(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length <= LongestCopy)
        {
            _bytes.Write(bytes.Span);
            return;
        }
        if (_bytes.WrittenCount > 0) _parts.Add(_bytes.WrittenMemory);
        _parts.Add(bytes);
        _partBytes += _bytes.WrittenCount + bytes.Length;
        _bytes = new ArrayBufferWriter<byte>();
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
