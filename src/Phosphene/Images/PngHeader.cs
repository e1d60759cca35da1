using System.Buffers.Binary;

namespace Phosphene.Images;

/// <summary>The IHDR chunk: what the pixels of a PNG are.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="BitDepth">Bits of a sample: 1, 2, 4, 8 or 16.</param>
/// <param name="Color">What the samples of a pixel are.</param>
/// <param name="Interlaced">Whether the rows come in the seven passes of Adam7.</param>
internal readonly record struct PngHeader(int Width, int Height, int BitDepth, PngColor Color, bool Interlaced)
{
    /// <summary>Bytes of the chunk's data.</summary>
    public const int Length = 13;

    // PNG specification, section 8.2: first row, first column, rows from one to the next, columns from one to the next.
    private static readonly (int Y, int X, int DY, int DX)[] s_adam7 =
        [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)];

    /// <summary>Samples of a pixel.</summary>
    public int Samples => Color switch { PngColor.Rgb => 3, PngColor.GreyAlpha => 2, PngColor.Rgba => 4, _ => 1 };

    /// <summary>Bytes of the pixel data before it is compressed: the rows of all passes, with a filter byte each.</summary>
    public long DataLength()
    {
        if (!Interlaced) return (long)Height * (1 + RowLength(Width));
        long length = 0;
        foreach ((int y, int x, int dy, int dx) in s_adam7)
            if (Width > x && Height > y) length += (Height - y + dy - 1L) / dy * (1 + RowLength((Width - x + dx - 1) / dx));
        return length;
    }

    private long RowLength(int pixels) => ((long)pixels * Samples * BitDepth + 7) / 8;

    /// <summary>Reads the 13 bytes of the chunk; returns what is wrong, worded to follow a colon, or null.</summary>
    public static string? Parse(ReadOnlySpan<byte> data, out PngHeader header)
    {
        header = default;
        uint width = BinaryPrimitives.ReadUInt32BigEndian(data), height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        int depth = data[8], color = data[9];
        if (width is 0 or > int.MaxValue || height is 0 or > int.MaxValue)
            return $"its header gives {height} x {width} pixels (height x width)";
        bool known = (PngColor)color switch
        {
            PngColor.Grey => depth is 1 or 2 or 4 or 8 or 16,
            PngColor.Palette => depth is 1 or 2 or 4 or 8,
            PngColor.Rgb or PngColor.GreyAlpha or PngColor.Rgba => depth is 8 or 16,
            _ => false,
        };
        if (!known)
            return $"its header gives colour type {color} with {depth} bits a sample, which PNG does not have";
        if (data[10] != 0 || data[11] != 0 || data[12] > 1)
            return $"its header gives compression {data[10]}, filter {data[11]} and interlace {data[12]}, of which PNG has only 0, 0, and 0 or 1";
        header = new PngHeader((int)width, (int)height, depth, (PngColor)color, data[12] == 1);
        return null;
    }
}

/// <summary>What the samples of a PNG pixel are; the numbers are the file's.</summary>
internal enum PngColor
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
