using System.Buffers.Binary;

namespace Phosphene.Images;

/// <summary>
/// A GIF up to the end of its first frame. ImageSharp 2.1 looks into all that follows, and shows a frame without colours or with broken data as an empty picture.
/// </summary>
internal sealed class GifContainer
{
    private const int HeaderLength = 13, DescriptorLength = 9;
    private const long MostPixelsPerByte = 4096 * 2 / 3 + 1;      // 12 bits are a string of at most 4,096

    private readonly byte[] _file;
    private readonly Refusal _refusal;
    private int _at;

    private GifContainer(byte[] file, Refusal refusal) => (_file, _refusal) = (file, refusal);

    /// <summary>Checks a file that begins with the signature of GIF.</summary>
    /// <exception cref="ImageFormatException">It is damaged.</exception>
    public static Container Open(byte[] file, Refusal refusal) => new GifContainer(file, refusal).Read();

    private Container Read()
    {
        Require(HeaderLength);
        int globalColours = Colours(_file[10]);
        _at = HeaderLength;
        Skip(3 * globalColours);
        bool transparent = false;
        for (int block; (block = Byte()) != 0x2C;)
        {
            if (block == 0x3B) throw _refusal.Damaged("it has no picture");
            if (block != 0x21) throw _refusal.Damaged("something else than a block stands before its first picture");
            bool control = Byte() == 0xF9;
            int at = _at;
            SkipBlocks();
            if (control && _at - at > 2) transparent = (_file[at + 1] & 1) != 0;
        }
        return Frame(globalColours, transparent);
    }

    private Container Frame(int globalColours, bool transparent)
    {
        Require(DescriptorLength);
        ReadOnlySpan<byte> descriptor = _file.AsSpan(_at, DescriptorLength);
        int width = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[4..]), height = BinaryPrimitives.ReadUInt16LittleEndian(descriptor[6..]);
        int colours = Colours(descriptor[8]);
        _at += DescriptorLength;
        Skip(3 * colours);
        if (colours + globalColours == 0) throw _refusal.Damaged("its first picture has no colours");
        if (Byte() is not (>= 2 and <= 8)) throw _refusal.Damaged("the pixel data of its first picture is broken");
        int at = _at;
        SkipBlocks();
        if ((long)width * height > MostPixelsPerByte * (_at - at))
            throw _refusal.Damaged($"its first picture has {height} x {width} pixels (height x width), which cannot be in its {_at - at} bytes");
        return new Container(new ArraySegment<byte>(_file, 0, _at), transparent ? 4 : 3);
    }

    private static int Colours(byte flags) => (flags & 0x80) == 0 ? 0 : 2 << (flags & 7);

    private void SkipBlocks()
    {
        for (int length; (length = Byte()) > 0;) Skip(length);
    }

    private int Byte()
    {
        Require(1);
        return _file[_at++];
    }

    private void Skip(int count)
    {
        Require(count);
        _at += count;
    }

    private void Require(int count)
    {
        if (count > _file.Length - _at) throw _refusal.Damaged("it is cut short in its first picture");
    }
}
