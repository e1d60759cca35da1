using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;

namespace Phosphene.Images;

/// <summary>
/// The chunks of a PNG: checked one by one, with every checksum and the length of the pixel data, and written anew with those alone that make the pixels.
/// ImageSharp 2.1 reads a PNG that was cut short as far as it goes, and never ends on one that is interlaced too; it stumbles over short IDAT chunks, reads
/// beyond a short palette, swaps the bytes of a transparent colour of 16 bits and inflates texts without bound.
/// </summary>
internal sealed class PngContainer
{
    private const int MaximumChunks = 1 << 20;
    private const int MaximumTextBytes = 16 << 20, LeastTextBytes = 4096;     // of all text chunks together; what each counts at least
    private const int MaximumInflation = 1032;         // deflate's best: 258 bytes in 2 bits
    private const int LeastInterlacedColumns = 5;      // ImageSharp loses its place in a pass without pixels

    private readonly byte[] _file;
    private readonly Refusal _refusal;
    private readonly List<PngText> _texts = [];
    private readonly List<Range> _data = [];
    private string _type = "";
    private Range _range;
    private long _textBytes;
    private PngHeader _header;
    private byte[]? _palette;
    private byte[]? _transparency;
    private int _orientation = 1;
    private int _headerAt, _chunks;

    private PngContainer(byte[] file, Refusal refusal) => (_file, _refusal) = (file, refusal);

    private ReadOnlySpan<byte> Data => _file.AsSpan(_range);

    private bool IsIndexed => _header.Color == PngColor.Palette;

    /// <summary>Checks a file that begins with the signature of PNG.</summary>
    /// <exception cref="ImageFormatException">It is damaged, or of a kind that is not read.</exception>
    public static Container Open(byte[] file, Refusal refusal) => new PngContainer(file, refusal).Read();

    private Container Read()
    {
        Next(ImageSignature.Png.Length);
        if (_type != "IHDR") throw _refusal.Damaged($"it begins with a {_type} chunk instead of its header");
        ReadHeader();
        for (Next(End); _type != "IEND"; Next(End)) ReadChunk();
        if (!Data.IsEmpty) throw _refusal.Damaged($"its IEND chunk has {Data.Length} bytes instead of none");
        if (_data.Count == 0) throw _refusal.Damaged("it has no pixels (no IDAT chunk)");
        if (IsIndexed && _palette is null) throw _refusal.Damaged("it has palette colours but no palette");
        ArraySegment<byte> pixels = Rewritten(out ArraySegment<byte> data);
        CheckPixelData(data);
        bool alpha = _transparency is not null || _header.Color is PngColor.GreyAlpha or PngColor.Rgba;
        return new Container(pixels, alpha ? 4 : _header.Color == PngColor.Grey ? 1 : 3) { Orientation = _orientation, Texts = _texts };
    }

    // The end of the current chunk, behind its checksum.
    private int End => _range.End.Value + 4;

    private void Next(int at)
    {
        string was = _type.Length > 0 ? $"{_type} chunk" : "signature";
        if (++_chunks > MaximumChunks) throw _refusal.Because($"it has more than {MaximumChunks} chunks, the most that are read", "save it again");
        if (_file.Length - at < 8) throw _refusal.Damaged("its end is missing");
        ReadOnlySpan<byte> start = _file.AsSpan(at, 8);
        uint length = BinaryPrimitives.ReadUInt32BigEndian(start);
        foreach (byte letter in start[4..])
            if (!char.IsAsciiLetter((char)letter)) throw _refusal.Damaged($"after its {was} something else than a chunk follows");
        _type = Encoding.ASCII.GetString(start[4..]);
        if (length > int.MaxValue) throw _refusal.Damaged($"its {_type} chunk claims {length} bytes, more than PNG allows");
        if (length > _file.Length - at - 12L) throw _refusal.Damaged($"it is cut short in its {_type} chunk");
        _range = (at + 8)..(at + 8 + (int)length);
        if (Crc32.HashToUInt32(_file.AsSpan(at + 4, 4 + (int)length)) != BinaryPrimitives.ReadUInt32BigEndian(_file.AsSpan(_range.End.Value)))
            throw _refusal.Damaged($"the checksum of its {_type} chunk is wrong");
    }

    private void ReadHeader()
    {
        if (Data.Length != PngHeader.Length) throw _refusal.Damaged($"its header has {Data.Length} bytes instead of {PngHeader.Length}");
        if (PngHeader.Parse(Data, out _header) is { } problem) throw _refusal.Damaged(problem);
        _headerAt = _range.Start.Value;
        ImageLimits.Check(_header.Height, _header.Width, long.MaxValue, _file.Length, _refusal);
        if (_header.DataLength() / MaximumInflation > _file.Length)
            throw _refusal.Damaged($"its header promises {_header.Height} x {_header.Width} pixels (height x width), which cannot be in a file of {_file.Length} bytes");
        if (_header.Interlaced && _header.Width < LeastInterlacedColumns)
            throw _refusal.OtherKind($"it is interlaced and {_header.Width} pixels wide, and interlaced ones are read from {LeastInterlacedColumns} pixels on");
    }

    private void ReadChunk()
    {
        if (_type == "IDAT")
            ReadData();
        else if (_type == "PLTE")
            ReadPalette();
        else if (_type == "tRNS")
            ReadTransparency();
        else if (PngTextChunk.Is(_type))
            ReadText();
        else if (_type == "eXIf")
            _orientation = TiffDirectory.OrientationIn(Data);
        else if (_type == "IHDR")
            throw _refusal.Damaged("it has two headers");
        else if (char.IsAsciiLetterUpper(_type[0]))
            throw _refusal.Damaged($"its {_type} chunk is marked as indispensable, but PNG has no such chunk");
    }

    private void ReadData()
    {
        if (_data.Count > 0 && _data[^1].End.Value + 12 != _range.Start.Value) throw _refusal.Damaged("its pixels (IDAT chunks) are interrupted by other chunks");
        _data.Add(_range);
    }

    private void ReadPalette()
    {
        if (_palette is not null || _data.Count > 0) throw _refusal.Damaged("it has two palettes, or one after its pixels");
        if (_header.Color is PngColor.Grey or PngColor.GreyAlpha) throw _refusal.Damaged("it is grey but has a palette");
        if (Data.Length is 0 or > 3 * 256 || Data.Length % 3 != 0)
            throw _refusal.Damaged($"its palette has {Data.Length} bytes instead of 3 for each of 1 to 256 colours");
        _palette = Data.ToArray();
    }

    private void ReadTransparency()
    {
        if (_transparency is not null || _data.Count > 0) throw _refusal.Damaged("it has two tRNS chunks, or one after its pixels");
        if (_header.Color is PngColor.GreyAlpha or PngColor.Rgba) throw _refusal.Damaged("it has an alpha channel and a tRNS chunk as well");
        if (IsIndexed && _palette is null) throw _refusal.Damaged("its tRNS chunk comes before its palette");
        if (IsIndexed ? Data.Length == 0 || Data.Length > _palette!.Length / 3 : Data.Length != 2 * _header.Samples)
            throw _refusal.Damaged($"its tRNS chunk has {Data.Length} bytes, which does not fit its colours");
        _transparency = Data.ToArray();
    }

    private void ReadText()
    {
        _textBytes += Math.Max(Data.Length, LeastTextBytes);
        if (_textBytes > MaximumTextBytes)
            throw _refusal.Because($"its text chunks have more than {MaximumTextBytes} bytes together, the most that is read", "remove some");
        if (Data.Length > PngText.MaximumBytes)
            throw _refusal.Because($"its {_type} chunk has {Data.Length} bytes, and at most {PngText.MaximumBytes} are read", "remove what is in it");
        try
        {
            PngText text = PngTextChunk.Read(_type, Data);
            _textBytes += Math.Max(0, text.Text.Length - Data.Length);
            _texts.Add(text);
        }
        catch (InvalidDataException e)
        {
            throw _refusal.Damaged(e.Message, e.InnerException);
        }
    }

    // Inflated once to the end, to know that all rows are there and no more.
    private void CheckPixelData(ArraySegment<byte> data)
    {
        long expected = _header.DataLength(), length = 0;
        using DeflatedBytes source = new(data);
        using ZLibStream rows = new(source, CompressionMode.Decompress);
        byte[] buffer = new byte[1 << 16];
        try
        {
            for (int count; length <= expected && (count = rows.Read(buffer)) > 0;) length += count;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw _refusal.Damaged("its compressed pixel data is broken", e);
        }
        if (length < expected) throw _refusal.Damaged("its pixel data ends too early");
        if (length > expected) throw _refusal.Damaged("it has more pixel data than its header promises");
        if (source.RanDry) throw _refusal.Damaged("its compressed pixel data has no end");
    }

    // The chunks that make the pixels, with all pixel data in one.
    private ArraySegment<byte> Rewritten(out ArraySegment<byte> data)
    {
        int length = _data.Sum(range => range.End.Value - range.Start.Value);
        using MemoryStream png = new(length + 2048);
        png.Write(ImageSignature.Png);
        Write(png, "IHDR", [.. _file.AsSpan(_headerAt, PngHeader.Length)]);
        if (IsIndexed)
        {
            // Filled up with black, so that there is a colour for any index.
            byte[] palette = new byte[3 << _header.BitDepth];
            _palette.AsSpan(0, Math.Min(_palette!.Length, palette.Length)).CopyTo(palette);
            Write(png, "PLTE", palette);
        }
        if (_transparency is not null) Write(png, "tRNS", _header.BitDepth == 16 ? Swapped(_transparency) : _transparency);
        Begin(png, "IDAT", length);
        int start = (int)png.Length;
        foreach (Range range in _data) png.Write(_file.AsSpan(range));
        data = new ArraySegment<byte>(png.GetBuffer(), start, length);
        Finish(png, length);
        Write(png, "IEND", []);
        return new ArraySegment<byte>(png.GetBuffer(), 0, (int)png.Length);
    }

    private static byte[] Swapped(byte[] samples) => [.. samples.Chunk(2).SelectMany(pair => new[] { pair[1], pair[0] })];

    private static void Write(MemoryStream png, string type, byte[] data)
    {
        Begin(png, type, data.Length);
        png.Write(data);
        Finish(png, data.Length);
    }

    private static void Begin(MemoryStream png, string type, int length)
    {
        Span<byte> start = stackalloc byte[8];
        BinaryPrimitives.WriteInt32BigEndian(start, length);
        Encoding.ASCII.GetBytes(type, start[4..]);
        png.Write(start);
    }

    private static void Finish(MemoryStream png, int length)
    {
        Span<byte> checksum = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Crc32.HashToUInt32(png.GetBuffer().AsSpan((int)png.Length - length - 4, length + 4)));
        png.Write(checksum);
    }
}
