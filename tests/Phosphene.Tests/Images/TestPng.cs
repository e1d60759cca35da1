using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Phosphene.Tests.Images;

/// <summary>Makes PNG files of any kind, sound or broken, from a function that gives the samples. Slow and plain; shares no code with the codec.</summary>
internal sealed class TestPng
{
    private static readonly (int Y, int X, int DY, int DX)[] s_adam7 =
        [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)];

    public required int Height { get; init; }
    public required int Width { get; init; }
    public required int Depth { get; init; }

    /// <summary>0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA.</summary>
    public required int Color { get; init; }

    /// <summary>The sample s of pixel (y, x), in [0, 2^Depth).</summary>
    public required Func<int, int, int, int> Sample { get; init; }
    public bool Interlaced { get; init; }

    /// <summary>The filter of row i of a pass.</summary>
    public Func<int, int> Filter { get; init; } = row => row % 5;
    public byte[]? Palette { get; init; }
    public byte[]? Transparency { get; init; }

    /// <summary>Chunks between the palette and the pixels.</summary>
    public (string Type, byte[] Data)[] Extra { get; init; } = [];

    /// <summary>Bytes of an IDAT chunk; the last is shorter.</summary>
    public int DataChunk { get; init; } = int.MaxValue;

    public int Samples => Color switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };

    public byte[] ToArray() => File([("IHDR", Header()), .. Optional(), .. DataChunks(Deflate(Rows())), ("IEND", [])]);

    public byte[] Header() => Header(Height, Width, Depth, Color, Interlaced);

    public static byte[] Header(int height, int width, int depth, int color, bool interlaced)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = ((byte)depth, (byte)color, (byte)(interlaced ? 1 : 0));
        return header;
    }

    public static byte[] File(IEnumerable<(string Type, byte[] Data)> chunks) =>
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. chunks.SelectMany(chunk => Chunk(chunk.Type, chunk.Data))];

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] length = new byte[4], checksum = new byte[4], body = [.. Encoding.ASCII.GetBytes(type), .. data];
        BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(checksum, Checksum(body));
        return [.. length, .. body, .. checksum];
    }

    public static byte[] Deflate(byte[] data)
    {
        using MemoryStream output = new();
        using (ZLibStream zlib = new(output, CompressionLevel.Fastest)) zlib.Write(data);
        return output.ToArray();
    }

    /// <summary>The filtered rows of all passes.</summary>
    public byte[] Rows()
    {
        List<byte> bytes = [];
        foreach ((int y0, int x0, int dy, int dx) in Interlaced ? s_adam7 : [(0, 0, 1, 1)])
        {
            byte[]? above = null;
            for (int y = y0, i = 0; y < Height && x0 < Width; y += dy, i++)
            {
                byte[] row = PackedRow(y, x0, dx);
                bytes.Add((byte)Filter(i));
                bytes.AddRange(Filtered(Filter(i), row, above ?? new byte[row.Length]));
                above = row;
            }
        }
        return [.. bytes];
    }

    private IEnumerable<(string, byte[])> Optional()
    {
        if (Palette is not null) yield return ("PLTE", Palette);
        if (Transparency is not null) yield return ("tRNS", Transparency);
        foreach ((string, byte[]) chunk in Extra) yield return chunk;
    }

    private IEnumerable<(string, byte[])> DataChunks(byte[] data) => data.Chunk(Math.Min(DataChunk, data.Length)).Select(part => ("IDAT", part));

    private byte[] PackedRow(int y, int x0, int dx)
    {
        StringBuilder bits = new();
        for (int x = x0; x < Width; x += dx)
            for (int s = 0; s < Samples; s++)
                bits.Append(Convert.ToString(Sample(y, x, s), 2).PadLeft(Depth, '0'));
        while (bits.Length % 8 != 0) bits.Append('0');
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.ToString(8 * i, 8), 2))];
    }

    private byte[] Filtered(int filter, byte[] row, byte[] above)
    {
        int distance = Math.Max(1, Samples * Depth / 8);
        return [.. row.Select((value, i) =>
        {
            int a = i < distance ? 0 : row[i - distance], b = above[i], c = i < distance ? 0 : above[i - distance], p = a + b - c;
            int paeth = new[] { a, b, c }.MinBy(candidate => Math.Abs(p - candidate));
            return (byte)(value - filter switch { 1 => a, 2 => b, 3 => (a + b) / 2, 4 => paeth, _ => 0 });
        })];
    }

    private static uint Checksum(byte[] bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
