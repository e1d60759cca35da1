using System.Buffers.Binary;

namespace Phosphene.Images;

/// <summary>
/// The first directory of a TIFF structure, which EXIF data are too: entries of 12 bytes (tag, type, count, and four bytes of value or where the value is).
/// Nothing outside the bytes is read, whatever the numbers in them say.
/// </summary>
internal readonly ref struct TiffDirectory
{
    private const int EntryLength = 12, OrientationTag = 274;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _bigEndian;
    private readonly int _start;

    private TiffDirectory(ReadOnlySpan<byte> bytes, bool bigEndian, int start, int count)
    {
        _bytes = bytes;
        (_bigEndian, _start, Count) = (bigEndian, start, count);
    }

    /// <summary>How many entries it has.</summary>
    public int Count { get; }

    /// <summary>Where the offset of the next directory stands.</summary>
    public int NextOffsetAt => _start + Count * EntryLength;

    /// <summary>The first directory; false if there is none, or it does not fit in the bytes.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, out TiffDirectory directory)
    {
        directory = default;
        if (bytes.Length < 8 || !(bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8))) return false;
        bool bigEndian = bytes[0] == (byte)'M';
        uint at = new TiffDirectory(bytes, bigEndian, 0, 0).UInt32(4);
        if (at > bytes.Length - 6) return false;
        int count = new TiffDirectory(bytes, bigEndian, 0, 0).UInt16((int)at);
        if (at + 2L + (long)count * EntryLength + 4 > bytes.Length) return false;
        directory = new TiffDirectory(bytes, bigEndian, (int)at + 2, count);
        return true;
    }

    /// <summary>The orientation that EXIF data give, 1 to 8; 1 if they give none.</summary>
    public static int OrientationIn(ReadOnlySpan<byte> exif) =>
        TryOpen(exif, out TiffDirectory directory) && directory.Number(OrientationTag) is >= 1 and <= 8 and var orientation ? (int)orientation : 1;

    /// <summary>The position of the entry <paramref name="index"/>.</summary>
    public int PositionOf(int index) => _start + index * EntryLength;

    /// <summary>The tag of the entry <paramref name="index"/>.</summary>
    public int Tag(int index) => UInt16(PositionOf(index));

    /// <summary>The first entry with a tag; -1 if there is none.</summary>
    public int Find(int tag)
    {
        for (int i = 0; i < Count; i++)
            if (Tag(i) == tag) return i;
        return -1;
    }

    /// <summary>How many values the entry <paramref name="index"/> has.</summary>
    public long Values(int index) => UInt32(PositionOf(index) + 4);

    /// <summary>The first number of the first entry with a tag; null if there is none, or its type is not a byte, a short or a long.</summary>
    public long? Number(int tag) => Find(tag) is >= 0 and var entry ? Number(entry, 0) : null;

    /// <summary>A number of the entry <paramref name="entry"/>; null if it is not there, or its type is not a byte, a short or a long.</summary>
    public long? Number(int entry, int index)
    {
        int size = UInt16(PositionOf(entry) + 2) switch { 1 => 1, 3 => 2, 4 => 4, _ => 0 };
        if (size == 0 || index >= Values(entry)) return null;
        long at = PositionOf(entry) + 8;
        if (Values(entry) * size > 4) at = UInt32((int)at);
        at += (long)index * size;
        if (at + size > _bytes.Length) return null;
        return size == 1 ? _bytes[(int)at] : size == 2 ? UInt16((int)at) : UInt32((int)at);
    }

    private ushort UInt16(int at) => _bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(_bytes[at..]) : BinaryPrimitives.ReadUInt16LittleEndian(_bytes[at..]);

    private uint UInt32(int at) => _bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(_bytes[at..]) : BinaryPrimitives.ReadUInt32LittleEndian(_bytes[at..]);
}
