using System.Buffers.Binary;
using System.Text;

namespace Phosphene.Runtime.Onnx.Reading;

/// <summary>How a protobuf field is stored.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>A part of the file: the content of a length-delimited field.</summary>
internal readonly record struct Region(long Offset, long Length);

/// <summary>
/// Walks the fields of one protobuf message in a mapped file. Every read is checked against the end of the message, which lies within the message
/// around it. Source: protobuf.dev/programming-guides/encoding.
/// </summary>
internal unsafe ref struct WireReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly MappedFile _file;
    private readonly byte* _start;
    private readonly long _end;
    private readonly string _kind;
    private readonly int _index;
    private long _position;

    /// <summary>Reads the message in a region. What it is, and which of several, is for messages.</summary>
    public WireReader(MappedFile file, Region region, string kind, int index = -1)
    {
        _file = file;
        _start = file.At(0);
        _position = region.Offset;
        _end = region.Offset + region.Length;
        _kind = kind;
        _index = index;
    }

    /// <summary>The number of the field that <see cref="Next"/> found.</summary>
    public int Field { get; private set; }

    /// <summary>How that field is stored.</summary>
    public WireType Type { get; private set; }

    /// <summary>The part of the message that has not been read.</summary>
    public readonly Region Rest => new(_position, _end - _position);

    /// <summary>What is being read, for messages: "node 12".</summary>
    public readonly string Thing => _index < 0 ? _kind : $"{_kind} {_index}";

    /// <summary>Moves to the next field; false at the end of the message.</summary>
    public bool Next()
    {
        if (_position == _end) return false;
        ulong tag = RawVarint();
        uint type = (uint)(tag & 7);
        Field = tag >> 3 is >= 1 and <= 536_870_911 ? (int)(tag >> 3) : throw Damaged($"has a field numbered {tag >> 3}, which does not exist");
        Type = type is 0 or 1 or 2 or 5 ? (WireType)type : throw Damaged($"has a field of wire type {type}, which is not used");
        return true;
    }

    /// <summary>The value of a varint field.</summary>
    public ulong Varint()
    {
        Expect(WireType.Varint);
        return RawVarint();
    }

    /// <summary>The value of a 32-bit float field.</summary>
    public float Float()
    {
        Expect(WireType.Fixed32);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(4));
    }

    /// <summary>Where the content of a length-delimited field lies.</summary>
    public Region Bytes()
    {
        Expect(WireType.Bytes);
        return RawBytes();
    }

    /// <summary>A UTF-8 text of at most the given number of bytes.</summary>
    public string Text(int limit, string what)
    {
        ReadOnlySpan<byte> bytes = Limited(limit, what);
        try
        {
            return bytes.IsEmpty ? "" : StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw Damaged($"has a {what} that is not UTF-8 text");
        }
    }

    /// <summary>A name of at most 4 KB.</summary>
    public string Name() => Text(Limits.NameBytes, "name");

    /// <summary>A length-delimited field of at most the given number of bytes.</summary>
    public ReadOnlySpan<byte> Limited(int limit, string what)
    {
        Region region = Bytes();
        if (region.Length > limit) throw Damaged($"has a {what} of {region.Length} bytes, where at most {limit} are accepted");
        return new ReadOnlySpan<byte>(_start + region.Offset, (int)region.Length);
    }

    /// <summary>Passes over a field of no interest.</summary>
    public void Skip()
    {
        switch (Type)
        {
            case WireType.Varint: RawVarint(); break;
            case WireType.Fixed64: Take(8); break;
            case WireType.Fixed32: Take(4); break;
            default: RawBytes(); break;
        }
    }

    /// <summary>
    /// The varints of a repeated field: one, or a packed run of them. Call with the same sink until <see cref="Next"/> has passed all of the field.
    /// </summary>
    public void Varints(ref long[] sink, ref int count, int limit, string what)
    {
        if (Type == WireType.Varint)
        {
            Append(ref sink, ref count, (long)RawVarint(), limit, what);
            return;
        }
        var packed = new WireReader(_file, Bytes(), _kind, _index);
        while (packed._position < packed._end) Append(ref sink, ref count, (long)packed.RawVarint(), limit, what);
    }

    /// <summary>The number of elements that this occurrence of a repeated varint field holds; reads past them.</summary>
    public long CountVarints()
    {
        if (Type == WireType.Varint)
        {
            RawVarint();
            return 1;
        }
        var packed = new WireReader(_file, Bytes(), _kind, _index);
        long count = 0;
        while (packed._position < packed._end)
        {
            packed.RawVarint();
            count++;
        }
        return count;
    }

    /// <summary>A reader of the bare varints in a region.</summary>
    public static bool NextVarint(ref WireReader packed, out ulong value)
    {
        if (packed._position == packed._end)
        {
            value = 0;
            return false;
        }
        value = packed.RawVarint();
        return true;
    }

    /// <summary>The bytes of one occurrence of a repeated 32- or 64-bit field: one element, or a packed run of them.</summary>
    public Region FixedElements(WireType element, int size)
    {
        if (Type == element)
        {
            long at = _position;
            Take(size);
            return new Region(at, size);
        }
        Region packed = Bytes();
        return packed.Length % size == 0 ? packed : throw Damaged($"has {packed.Length} bytes of packed numbers, which is no multiple of {size}");
    }

    /// <summary>An exception that says what is wrong with this message.</summary>
    public readonly ModelFormatException Damaged(string what) => new(
        $"{Printable.Quote(_file.Path)} is not a sound ONNX model: {Thing} {what} (byte {_position} of {_file.Length}); export or download the file again.");

    /// <summary>An exception that says what this message has that no version of ONNX had when this was written.</summary>
    public readonly ModelFormatException Newer(string what) => new(
        $"{Printable.Quote(_file.Path)} is newer than what can be read here, or damaged: {Thing} {what} (byte {_position} of {_file.Length}); export the model for an older version of ONNX.",
        ModelFault.Unsupported);

    private readonly void Expect(WireType type)
    {
        if (Type != type) throw Damaged($"stores field {Field} as {Type}, where ONNX has {type}");
    }

    private readonly void Append(ref long[] sink, ref int count, long value, int limit, string what)
    {
        if (count == limit) throw Damaged($"has more than {limit} {what}");
        if (count == sink.Length) Array.Resize(ref sink, Math.Min(limit, Math.Max(8, 2 * count)));
        sink[count++] = value;
    }

    private Region RawBytes()
    {
        ulong length = RawVarint();
        if (length > (ulong)(_end - _position))
            throw Damaged($"has a field {Field} of {length} bytes, of which only {_end - _position} are there (a truncated file)");
        var region = new Region(_position, (long)length);
        _position += region.Length;
        return region;
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (_end - _position < size) throw Damaged($"ends inside field {Field} (a truncated file)");
        var bytes = new ReadOnlySpan<byte>(_start + _position, size);
        _position += size;
        return bytes;
    }

    private ulong RawVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_position == _end) throw Damaged("ends inside a number (a truncated file)");
            byte b = _start[_position++];
            if (shift == 63 && b > 1) break;
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
        throw Damaged("has a number of more than 64 bits");
    }
}
