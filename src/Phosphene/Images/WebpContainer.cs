using System.Buffers.Binary;
using System.Text;

namespace Phosphene.Images;

/// <summary>
/// The chunks of a WebP that make its picture, or the first frame of its animation, as a still WebP of their own. ImageSharp 2.1 knows no animations, and skips
/// other chunks by whatever length they claim.
/// </summary>
internal sealed class WebpContainer
{
    private const int HeaderLength = 12, ChunkHeader = 8, FrameHeader = 16;

    // What is coded with fixed probabilities in a block of 16 x 16 pixels takes at least 3.4 bits.
    private const int MostLossyPixelsPerByte = 640;

    private readonly byte[] _file;
    private readonly Refusal _refusal;
    private Range? _alpha, _lossy, _lossless;
    private (int Height, int Width)? _frame;
    private int _orientation = 1;

    private WebpContainer(byte[] file, Refusal refusal) => (_file, _refusal) = (file, refusal);

    /// <summary>Checks a file that begins with the signature of WebP.</summary>
    /// <exception cref="ImageFormatException">It is damaged, or of a kind that is not read.</exception>
    public static Container Open(byte[] file, Refusal refusal) => new WebpContainer(file, refusal).Read();

    private Container Read()
    {
        long end = ChunkHeader + (long)BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(4));
        if (end > _file.Length) throw _refusal.Damaged($"it is cut short: its header promises {end} bytes, and it has {_file.Length}");
        ReadChunks(HeaderLength, (int)end);
        return _lossless is { } lossless ? Lossless(lossless) : _lossy is { } lossy ? Lossy(lossy) : throw _refusal.Damaged("it has no pixels");
    }

    private void ReadChunks(int at, int end)
    {
        (int Height, int Width) canvas = default;
        while (at < end)
        {
            if (end - at < ChunkHeader) throw _refusal.Damaged("it is cut short in the header of a chunk");
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(_file.AsSpan(at + 4));
            if (length > end - at - ChunkHeader) throw _refusal.Damaged("it is cut short, or a chunk of it has a wrong length");
            Range range = (at + ChunkHeader)..(at + ChunkHeader + (int)length);
            ReadOnlySpan<byte> type = _file.AsSpan(at, 4), data = _file.AsSpan(range);
            if (type.SequenceEqual("VP8X"u8) && length >= 10)
                canvas = (1 + UInt24(data[7..]), 1 + UInt24(data[4..]));
            else if (type.SequenceEqual("ANMF"u8))
                ReadFrame(range, canvas);
            else if (type.SequenceEqual("EXIF"u8))
                _orientation = TiffDirectory.OrientationIn(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
            else if (_lossy is null && _lossless is null)
                ReadPixels(type, range);
            at = range.End.Value + (int)(length & 1);
        }
    }

    private void ReadPixels(ReadOnlySpan<byte> type, Range range)
    {
        if (type.SequenceEqual("VP8 "u8)) _lossy = range;
        else if (type.SequenceEqual("VP8L"u8)) _lossless = range;
        else if (type.SequenceEqual("ALPH"u8)) _alpha = range;
    }

    private void ReadFrame(Range range, (int Height, int Width) canvas)
    {
        if (_frame is not null) return;
        ReadOnlySpan<byte> data = _file.AsSpan(range);
        if (data.Length < FrameHeader) throw _refusal.Damaged("the header of its first frame is broken");
        _frame = (1 + UInt24(data[9..]), 1 + UInt24(data[6..]));
        if (_frame != canvas) throw _refusal.OtherKind("the first frame of its animation does not cover the whole picture, which is not read");
        ReadChunks(range.Start.Value + FrameHeader, range.End.Value);
    }

    private Container Lossless(Range range)
    {
        ReadOnlySpan<byte> data = _file.AsSpan(range);
        if (data.Length < 5 || data[0] != 0x2F) throw _refusal.Damaged("its pixel data is broken");
        uint header = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
        int width = 1 + (int)(header & 0x3FFF), height = 1 + (int)(header >> 14 & 0x3FFF);
        CheckFrame(height, width);
        return new Container(Still([("VP8L", range)]), (header >> 28 & 1) == 1 ? 4 : 3) { Orientation = _orientation, ExtraMemory = CodesOf(data[5..], height, width) };
    }

    private Container Lossy(Range range)
    {
        ReadOnlySpan<byte> data = _file.AsSpan(range);
        if (data.Length < 10 || !data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A])) throw _refusal.Damaged("its pixel data is broken");
        int width = BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, height = BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF;
        CheckFrame(height, width);
        long most = (long)MostLossyPixelsPerByte * data.Length;
        if (_alpha is not { } alpha) return new Container(Still([("VP8 ", range)]), 3) { Orientation = _orientation, MostPixels = most };

        ReadOnlySpan<byte> values = _file.AsSpan(alpha);
        if (values.IsEmpty) throw _refusal.Damaged("its alpha channel is empty");
        int compression = values[0] & 3;
        if (compression > 1 || compression == 0 && values.Length - 1 < (long)width * height) throw _refusal.Damaged("its alpha channel is broken");
        byte[] features = new byte[10];
        features[0] = 0x10;
        BinaryPrimitives.WriteInt32LittleEndian(features.AsSpan(4), width - 1);
        BinaryPrimitives.WriteInt16LittleEndian(features.AsSpan(7), (short)(height - 1));
        return new Container(Still([("ALPH", alpha), ("VP8 ", range)], features), 4)
        {
            Orientation = _orientation,
            MostPixels = most,
            ExtraMemory = compression == 1 ? CodesOf(values[1..], height, width) : 0,
        };
    }

    private void CheckFrame(int height, int width)
    {
        if (_frame is { } frame && frame != (height, width)) throw _refusal.Damaged("its first frame has two sizes");
    }

    private long CodesOf(ReadOnlySpan<byte> data, int height, int width)
    {
        try
        {
            return new WebpCodes(data).MemoryOf(height, width);
        }
        catch (InvalidDataException e)
        {
            throw _refusal.Damaged("its pixel data is broken", e);
        }
    }

    private ArraySegment<byte> Still(ReadOnlySpan<(string Type, Range Data)> chunks, byte[]? features = null)
    {
        int length = 64;
        foreach ((string _, Range data) in chunks) length += data.End.Value - data.Start.Value;
        using MemoryStream file = new(length);
        file.Write("RIFF\0\0\0\0WEBP"u8);
        if (features is not null) Write(file, "VP8X", features);
        foreach ((string type, Range data) in chunks) Write(file, type, _file.AsSpan(data));
        BinaryPrimitives.WriteInt32LittleEndian(file.GetBuffer().AsSpan(4), (int)file.Length - ChunkHeader);
        return new ArraySegment<byte>(file.GetBuffer(), 0, (int)file.Length);
    }

    private static void Write(MemoryStream file, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        file.Write(Encoding.ASCII.GetBytes(type));
        file.Write(length);
        file.Write(data);
        if (data.Length % 2 == 1) file.WriteByte(0);
    }

    private static int UInt24(ReadOnlySpan<byte> data) => data[0] | data[1] << 8 | data[2] << 16;
}
