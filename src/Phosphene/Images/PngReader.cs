using System.IO.Compression;

namespace Phosphene.Images;

/// <summary>
/// Reads PNG: all colour types and bit depths, transparency, Adam7 interlacing and text chunks, with every checksum compared. 16-bit samples
/// are rounded to 8. Of an animated PNG the default image is read. Gamma, colour profiles and orientation are not applied: the samples are
/// taken to be sRGB, as nearly all files mean them. Sizes are checked before memory is taken: see <see cref="Picture.MaximumSide"/>,
/// <see cref="Picture.MaximumPixels"/> and <see cref="PngText.MaximumBytes"/>.
/// </summary>
public sealed class PngReader
{
    private const int MaximumTextBytes = 16 << 20;     // of all text chunks together
    private const int MaximumInflation = 1032;         // deflate's best: 258 bytes in 2 bits

    private readonly PngChunks _chunks;
    private readonly long? _fileLength;
    private readonly List<PngText> _texts = [];
    private long _textBytes;
    private PngHeader _header;
    private byte[]? _palette;
    private byte[]? _transparency;
    private Picture? _picture;

    private PngReader(PngChunks chunks, long? fileLength) => (_chunks, _fileLength) = (chunks, fileLength);

    /// <summary>Reads a PNG file.</summary>
    /// <exception cref="ImageFormatException">The file is no PNG, is damaged or too large; the message names it and what is wrong.</exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public static PngContents Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        return Read(stream, path);
    }

    /// <summary>Reads a PNG from a stream, which is left after the PNG's last chunk or wherever an error was found.</summary>
    /// <param name="stream">The stream, at the PNG's first byte.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ImageFormatException">The stream holds no PNG, or a damaged or too large one; the message says which.</exception>
    public static PngContents Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        Span<byte> start = stackalloc byte[ImageSignature.Png.Length];
        int count = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        if (!start[..count].SequenceEqual(ImageSignature.Png)) throw Unknown(start[..count], stream, name);
        long? length = stream.CanSeek ? stream.Length : null;
        return new PngReader(new PngChunks(stream, name), length).ReadChunks();
    }

    private static ImageFormatException Unknown(ReadOnlySpan<byte> start, Stream stream, string name)
    {
        Span<byte> more = stackalloc byte[ImageSignature.Length];
        start.CopyTo(more);
        int count = start.Length + stream.ReadAtLeast(more[start.Length..], more.Length - start.Length, throwOnEndOfStream: false);
        return new ImageFormatException(
            $"Cannot read '{name}': it is {ImageSignature.Describe(more[..count])}, and only PNG can be read for now; convert or export it to PNG.");
    }

    private PngContents ReadChunks()
    {
        _chunks.Next();
        if (_chunks.Type != "IHDR") throw _chunks.Damaged($"it begins with a {_chunks.Type} chunk instead of its header");
        ReadHeader();
        _chunks.Next();
        while (_chunks.Type != "IEND")
        {
            if (_chunks.Type == "IDAT")
            {
                ReadPixels();      // leaves the first chunk after the data current
                continue;
            }
            ReadOther();
            _chunks.Next();
        }
        if (_chunks.Length != 0) throw _chunks.Damaged($"its IEND chunk has {_chunks.Length} bytes instead of none");
        _chunks.Finish();
        return new PngContents(_picture ?? throw _chunks.Damaged("it has no pixels (no IDAT chunk)"), _texts);
    }

    private void ReadHeader()
    {
        if (_chunks.Length != PngHeader.Length) throw _chunks.Damaged($"its header has {_chunks.Length} bytes instead of {PngHeader.Length}");
        if (PngHeader.Parse(_chunks.ReadAll(PngHeader.Length), out _header) is { } problem) throw _chunks.Damaged(problem);
        if (_header.IsTooLarge)
            throw _chunks.Error(
                $"it has {_header.Height} x {_header.Width} pixels (height x width), and at most {Picture.MaximumSide} a side "
                + $"and {Picture.MaximumPixels} in all are read",
                "shrink it first");
        long pixelBytes = (long)_header.RowLength(_header.Width) * _header.Height;
        if (pixelBytes / MaximumInflation > _fileLength)
            throw _chunks.Damaged(
                $"its header promises {_header.Height} x {_header.Width} pixels (height x width), which cannot be in a file of {_fileLength} bytes");
    }

    private void ReadOther()
    {
        string type = _chunks.Type;
        if (type == "PLTE")
            ReadPalette();
        else if (type == "tRNS")
            ReadTransparency();
        else if (PngTextChunk.Is(type))
            ReadText();
        else if (type == "IHDR")
            throw _chunks.Damaged("it has two headers");
        else if (char.IsAsciiLetterUpper(type[0]))
            throw _chunks.Damaged($"its {type} chunk is marked as indispensable, but PNG has no such chunk");
    }

    private void ReadPalette()
    {
        if (_palette is not null || _picture is not null) throw _chunks.Damaged("it has two palettes, or one after its pixels");
        if (_header.Color is PngColor.Grey or PngColor.GreyAlpha) throw _chunks.Damaged("it is grey but has a palette");
        if (_chunks.Length is 0 or > 3 * 256 || _chunks.Length % 3 != 0)
            throw _chunks.Damaged($"its palette has {_chunks.Length} bytes instead of 3 for each of 1 to 256 colours");
        _palette = _chunks.ReadAll(3 * 256);
    }

    private void ReadTransparency()
    {
        if (_transparency is not null || _picture is not null) throw _chunks.Damaged("it has two tRNS chunks, or one after its pixels");
        if (_header.Color is PngColor.GreyAlpha or PngColor.Rgba) throw _chunks.Damaged("it has an alpha channel and a tRNS chunk as well");
        bool indexed = _header.Color == PngColor.Palette;
        if (indexed && _palette is null) throw _chunks.Damaged("its tRNS chunk comes before its palette");
        if (indexed ? _chunks.Length == 0 || _chunks.Length > _palette!.Length / 3 : _chunks.Length != 2 * _header.Samples)
            throw _chunks.Damaged($"its tRNS chunk has {_chunks.Length} bytes, which does not fit its colours");
        _transparency = _chunks.ReadAll(256);
    }

    private void ReadText()
    {
        _textBytes += _chunks.Length + 100L;       // 100: what an empty text costs
        if (_textBytes > MaximumTextBytes)
            throw _chunks.Error($"its text chunks have more than {MaximumTextBytes} bytes together, the most that is read", "remove some");
        byte[] data = _chunks.ReadAll(PngText.MaximumBytes);
        try
        {
            PngText text = PngTextChunk.Read(_chunks.Type, data);
            _textBytes += Math.Max(0, text.Text.Length - data.Length);
            _texts.Add(text);
        }
        catch (InvalidDataException e)
        {
            throw _chunks.Damaged(e.Message, e.InnerException);
        }
    }

    private void ReadPixels()
    {
        if (_picture is not null) throw _chunks.Damaged("its pixels (IDAT chunks) are interrupted by other chunks");
        if (_header.Color == PngColor.Palette && _palette is null) throw _chunks.Damaged("it has palette colours but no palette");
        PngPixels pixels = new(_header, _palette ?? [], _transparency);
        byte[] bytes = new byte[_header.Height * _header.Width * pixels.Channels];
        using PngDataStream data = new(_chunks);
        using ZLibStream rows = new(data, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            foreach (PngPass pass in PngPass.Of(_header)) ReadPass(rows, pass, pixels, bytes);
            if (rows.ReadByte() >= 0) throw _chunks.Damaged("it has more pixel data than its header promises");
            if (data.RanDry) throw _chunks.Damaged("its compressed pixel data has no end");
        }
        catch (Exception e) when (e is InvalidDataException || e is IOException && !_chunks.SourceFailed)
        {
            throw _chunks.Damaged("its compressed pixel data is broken", e);
        }
        while (_chunks.Type == "IDAT") _chunks.Next();
        _picture = new Picture(bytes, _header.Height, _header.Width, pixels.Channels);
    }

    /// <summary>Reads the rows of one pass into the pixels [Height, Width, Channels].</summary>
    private void ReadPass(ZLibStream rows, PngPass pass, PngPixels pixels, byte[] bytes)
    {
        int columns = pass.Columns(_header.Width), stride = _header.Width * pixels.Channels;
        if (columns <= 0) return;
        byte[] row = new byte[1 + _header.RowLength(columns)], above = new byte[row.Length];     // a filter byte, then the samples
        for (int i = 0; i < pass.Rows(_header.Height); i++)
        {
            if (rows.ReadAtLeast(row, row.Length, throwOnEndOfStream: false) < row.Length) throw _chunks.Damaged("its pixel data ends too early");
            if (!PngFilter.TryUndo(row[0], row.AsSpan(1), above.AsSpan(1), _header.FilterDistance))
                throw _chunks.Damaged($"a row of pixels has filter {row[0]}, and PNG has only 0 to 4");
            int y = pass.YStart + i * pass.YStep;
            if (pixels.Unpack(row.AsSpan(1), columns, bytes.AsSpan(y * stride, stride), pass.XStart, pass.XStep) is { } problem)
                throw _chunks.Damaged(problem);
            (row, above) = (above, row);
        }
    }
}
