namespace Phosphene.Images;

/// <summary>
/// The first page of a TIFF. ImageSharp 2.1 reads the directories of all pages and every value in them, however often they overlap; so the entries that do not
/// make pixels are struck out, and the directory is made the last.
/// </summary>
internal static class TiffContainer
{
    private const int Width = 256, Height = 257, BitsPerSample = 258, Compression = 259, Photometric = 262, FillOrder = 266, StripOffsets = 273, Orientation = 274,
        SamplesPerPixel = 277, RowsPerStrip = 278, StripByteCounts = 279, Planar = 284, Predictor = 317, ColorMap = 320, TileWidth = 322, ExtraSamples = 338,
        SampleFormat = 339, YCbCrCoefficients = 529, YCbCrSubsampling = 530, ReferenceBlackWhite = 532;

    private static readonly int[] s_pixels =
    [
        Width, Height, BitsPerSample, Compression, Photometric, FillOrder, StripOffsets, SamplesPerPixel, RowsPerStrip, StripByteCounts, Planar, Predictor,
        ColorMap, ExtraSamples, SampleFormat, YCbCrCoefficients, YCbCrSubsampling, ReferenceBlackWhite,
    ];

    private const int MaximumValues = 3 << 16;      // of one entry: the largest palette

    /// <summary>Checks a file that begins with the signature of TIFF, and changes its bytes.</summary>
    /// <exception cref="ImageFormatException">It is damaged, or of a kind that is not read.</exception>
    public static Container Open(byte[] file, Refusal refusal)
    {
        if (!TiffDirectory.TryOpen(file, out TiffDirectory directory)) throw refusal.Damaged("it is cut short before the end of its directory");
        if (directory.Number(TileWidth) is not null) throw refusal.OtherKind("it is stored in tiles, which are not read");
        int ratio = Ratio(directory.Number(Compression) ?? 1, refusal);
        long bits = Math.Max(1, directory.Number(BitsPerSample) ?? 1) * Math.Max(1, directory.Number(SamplesPerPixel) ?? 1);
        long grey = directory.Number(Photometric) ?? 2;
        int channels = directory.Number(ExtraSamples) is not null ? 4 : grey is 0 or 1 ? 1 : 3;
        int orientation = directory.Number(Orientation) is >= 1 and <= 8 and var number ? (int)number : 1;
        CheckStrips(directory, file, refusal);
        for (int i = 0; i < directory.Count; i++)
        {
            if (!s_pixels.Contains(directory.Tag(i)))
                file.AsSpan(directory.PositionOf(i) + 2, 2).Clear();        // of no type
            else if (directory.Values(i) > MaximumValues)
                throw refusal.Damaged($"an entry of its directory has {directory.Values(i)} values");
        }
        file.AsSpan(directory.NextOffsetAt, 4).Clear();
        return new Container(file, channels) { Orientation = orientation, MostPixels = 8L * ratio * file.Length / bits };
    }

    // What a byte becomes at most.
    private static int Ratio(long compression, Refusal refusal) => compression switch
    {
        1 => 1,
        5 => 4096 * 2 / 3 + 1,      // LZW: 12 bits are a string of at most 4,096
        8 or 32946 => 1032,         // deflate: two bits are 258
        32773 => 64,                // PackBits: two bytes are 128
        2 or 3 or 4 => throw refusal.OtherKind("it is a fax, which is not read"),
        6 or 7 => throw refusal.OtherKind("it holds a JPEG, which is not read from within a TIFF"),
        _ => throw refusal.OtherKind($"its compression, number {compression}, is not known here"),
    };

    private static void CheckStrips(TiffDirectory directory, byte[] file, Refusal refusal)
    {
        int offsets = directory.Find(StripOffsets), lengths = directory.Find(StripByteCounts);
        if (offsets < 0 || lengths < 0) throw refusal.Damaged("it does not say where its pixel data is");
        for (int i = 0; i < Math.Min(directory.Values(offsets), MaximumValues); i++)
            if (directory.Number(offsets, i) is not { } offset || directory.Number(lengths, i) is not { } length || offset + length > file.Length)
                throw refusal.Damaged("it is cut short before the end of its pixel data");
    }
}
