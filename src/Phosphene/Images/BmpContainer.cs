using System.Buffers.Binary;

namespace Phosphene.Images;

/// <summary>The headers of a BMP. ImageSharp 2.1 takes memory for a palette as long as they say, and reads pixels that are not there as black.</summary>
internal static class BmpContainer
{
    private const int FileHeader = 14, OldInfoHeader = 12;

    /// <summary>Checks a file that begins with the signature of BMP.</summary>
    /// <exception cref="ImageFormatException">It is damaged, or of a kind that is not read.</exception>
    public static Container Open(byte[] file, Refusal refusal)
    {
        if (file.Length < FileHeader + OldInfoHeader) throw refusal.Damaged("it is cut short in its header");
        long pixelsAt = UInt32(file, 10), headerLength = UInt32(file, FileHeader);
        if (headerLength < OldInfoHeader || FileHeader + headerLength > file.Length) throw refusal.Damaged($"its header claims {headerLength} bytes");
        if (pixelsAt > file.Length) throw refusal.Damaged("it is cut short before its pixel data");
        bool old = headerLength == OldInfoHeader;
        long width = old ? UInt16(file, 18) : Int32(file, 18), height = Math.Abs((long)(old ? UInt16(file, 20) : Int32(file, 22)));
        int bits = UInt16(file, old ? 24 : 28);
        uint compression = headerLength >= 20 ? UInt32(file, 30) : 0;
        if (bits is not (1 or 4 or 8 or 16 or 24 or 32)) throw refusal.OtherKind($"it has {bits} bits a pixel, and 1, 4, 8, 16, 24 or 32 are read");
        bool runs = compression is 1 or 2;
        if (!runs && compression is not (0 or 3 or 6)) throw refusal.OtherKind($"its compression, number {compression}, is not read");
        long needed = runs ? 0 : (width * bits + 31) / 32 * 4 * height;
        if (needed > file.Length - pixelsAt && width > 0) throw refusal.Damaged($"its header promises {height} x {width} pixels (height x width), and it is cut short before their end");
        // A run has two bytes and at most 255 pixels, and a picture may leave out pixels: twice that.
        return new Container(file, bits == 32 ? 4 : 3) { MostPixels = runs ? 256L * file.Length : long.MaxValue };
    }

    private static ushort UInt16(byte[] file, int at) => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));

    private static int Int32(byte[] file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));

    private static uint UInt32(byte[] file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));
}
