using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;

namespace Phosphene.Images;

/// <summary>Writes PNG of 8 bits a sample. Equal input gives equal bytes, on every machine and with every version of .NET.</summary>
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
        foreach (PngText text in texts ?? []) text.Check();
        switch (picture.Channels)
        {
            case 1: Write<L8>(stream, picture, texts, PngColorType.Grayscale); break;
            case 3: Write<Rgb24>(stream, picture, texts, PngColorType.Rgb); break;
            default: Write<Rgba32>(stream, picture, texts, PngColorType.RgbWithAlpha); break;
        }
    }

    private static void Write<T>(Stream stream, Picture picture, IReadOnlyList<PngText>? texts, PngColorType color) where T : unmanaged, IPixel<T>
    {
        using Image<T> image = picture.AsImage<T>();
        // A text with a language becomes iTXt; "zxx" is the one of what is in none.
        foreach (PngText text in texts ?? []) image.Metadata.GetPngMetadata().TextData.Add(new PngTextData(text.Keyword, text.Text, PngText.Language, ""));
        new PngEncoder
        {
            ColorType = color,
            BitDepth = PngBitDepth.Bit8,
            FilterMethod = PngFilterMethod.Adaptive,
            CompressionLevel = PngCompressionLevel.Level6,
            TextCompressionThreshold = int.MaxValue,
            ChunkFilter = PngChunkFilter.ExcludePhysicalChunk,
        }.Encode(image, stream);
    }
}
