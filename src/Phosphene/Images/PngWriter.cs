using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Phosphene.Images;

/// <summary>
/// Writes PNG of 8 bits a sample. Each row has the filter whose result has the smallest sum of absolute values, the choice that the PNG
/// specification recommends. Equal input gives equal bytes with the same .NET version; another version may compress differently, so compare
/// pixels across versions, not files.
/// </summary>
public static class PngWriter
{
    /// <summary>Writes a picture as PNG.</summary>
    /// <param name="stream">Where to; not closed.</param>
    /// <param name="picture">The pixels.</param>
    /// <param name="texts">Texts to write before the pixels, in this order, as uncompressed iTXt chunks; null for none.</param>
    /// <exception cref="ArgumentException">A text is not valid in a PNG; nothing has been written then.</exception>
    public static void Write(Stream stream, Picture picture, IReadOnlyList<PngText>? texts = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(picture);
        byte[][] textChunks = [.. (texts ?? []).Select(text => text.ToInternationalText())];

        stream.Write(ImageSignature.Png);
        WriteChunk(stream, "IHDR", Header(picture));
        foreach (byte[] text in textChunks) WriteChunk(stream, "iTXt", text);
        using (PngDataWriter data = new(stream))
        using (ZLibStream rows = new(data, CompressionLevel.Optimal))
            WriteRows(rows, picture);
        WriteChunk(stream, "IEND", []);
    }

    /// <summary>Writes one chunk: length, type, data, and the checksum of type and data.</summary>
    internal static void WriteChunk(Stream stream, string type, ReadOnlySpan<byte> data)
    {
        Span<byte> start = stackalloc byte[8], end = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(start, data.Length);
        Encoding.ASCII.GetBytes(type, start[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(end, ~Crc32.Update(Crc32.Update(Crc32.Start, start[4..]), data));
        stream.Write(start);
        stream.Write(data);
        stream.Write(end);
    }

    private static byte[] Header(Picture picture)
    {
        byte[] header = new byte[PngHeader.Length];
        BinaryPrimitives.WriteInt32BigEndian(header, picture.Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), picture.Height);
        header[8] = 8;
        header[9] = (byte)(picture.Channels switch { 1 => PngColor.Grey, 3 => PngColor.Rgb, _ => PngColor.Rgba });
        return header;
    }

    private static void WriteRows(ZLibStream output, Picture picture)
    {
        int length = picture.Width * picture.Channels;
        byte[] best = new byte[1 + length], candidate = new byte[1 + length];      // a filter byte, then the filtered row
        ReadOnlySpan<byte> above = new byte[length];
        for (int y = 0; y < picture.Height; y++)
        {
            ReadOnlySpan<byte> row = picture.Row(y);
            long least = long.MaxValue;
            for (int filter = 0; filter < PngFilter.Count; filter++)
            {
                candidate[0] = (byte)filter;
                long sum = PngFilter.Apply(filter, row, above, picture.Channels, candidate.AsSpan(1));
                if (sum >= least) continue;
                least = sum;
                (best, candidate) = (candidate, best);
            }
            output.Write(best);
            above = row;
        }
    }
}
