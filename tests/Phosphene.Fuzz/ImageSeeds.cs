using Phosphene.Images;
using Phosphene.Tests.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;

namespace Phosphene.Fuzz;

/// <summary>Small sound images of every format and kind that is read.</summary>
internal static class ImageSeeds
{
    private const int Height = 40, Width = 52;

    /// <summary>All of them; a format is drawn as often as its group's weight says, whatever the number of its seeds.</summary>
    public static IReadOnlyList<Seed> All() =>
    [
        .. Group(0.25, Pngs()), .. Group(0.25, Jpegs()), .. Group(0.22, Webps()), .. Group(0.14, Gifs()), .. Group(0.06, Bmps()), .. Group(0.08, Tiffs()),
    ];

    private static IEnumerable<Seed> Group(double weight, IEnumerable<(string Name, byte[] Bytes)> images)
    {
        (string Name, byte[] Bytes)[] all = [.. images];
        return all.Select(image => new Seed(image.Name, image.Bytes, weight / all.Length));
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Pngs()
    {
        foreach ((int color, int depth, bool interlaced) in new[] { (2, 8, false), (6, 16, false), (3, 8, false), (3, 2, true), (0, 8, true), (0, 16, false), (4, 8, true), (2, 16, true), (0, 1, false) })
        {
            int colours = Math.Min(1 << depth, 200);
            yield return ($"png {color} {depth}{(interlaced ? " interlaced" : "")}", new TestPng
            {
                Height = Height,
                Width = Width,
                Depth = depth,
                Color = color,
                Interlaced = interlaced,
                Sample = (y, x, s) => (y * 37 + x * 11 + s * 5 + y * x % 7) % (color == 3 ? colours : 1 << depth),
                Palette = color == 3 ? [.. Enumerable.Range(0, 3 * colours).Select(i => (byte)(i * 37))] : null,
                Transparency = color == 3 ? [0, 100] : color == 0 && depth == 8 ? [0, 7] : null,
                Extra = [("tEXt", "Software\0test"u8.ToArray()), ("zTXt", [.. "z\0\0"u8, .. TestPng.Deflate("zipped"u8.ToArray())]), ("iTXt", [.. "i\0\u0001\0en\0\0"u8, .. TestPng.Deflate("text"u8.ToArray())]), ("eXIf", Exif())],
                DataChunk = color == 2 ? 500 : int.MaxValue,
            }.ToArray());
        }
        using MemoryStream own = new();
        PngWriter.Write(own, Picture.Load(Path.Combine(Samples, "lossless-groups.webp")), [new("phosphene:recipe", "{}")]);
        yield return ("png of our own", own.ToArray());
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Jpegs()
    {
        foreach (string name in new[] { "baseline", "progressive", "progressive-restarts", "separate-restarts", "subsampled", "grey", "arithmetic", "partly-interleaved" })
            yield return (name, Sample($"{name}.jpg"));
        yield return ("jpeg 4:2:0 with exif", Encoded(new JpegEncoder { Quality = 80 }, exif: true));
        yield return ("jpeg 4:4:4", Encoded(new JpegEncoder { Quality = 95, ColorType = JpegColorType.YCbCrRatio444 }));
        yield return ("jpeg rgb", Encoded(new JpegEncoder { Quality = 95, ColorType = JpegColorType.Rgb }));
        yield return ("jpeg cmyk", Cmyk());
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Webps()
    {
        foreach (string file in Directory.GetFiles(Samples, "*.webp").Order(StringComparer.Ordinal)) yield return (Path.GetFileName(file), File.ReadAllBytes(file));
        yield return ("webp lossy", Encoded(new WebpEncoder { FileFormat = WebpFileFormatType.Lossy, Quality = 60 }));
        yield return ("webp lossless with exif", Encoded(new WebpEncoder { FileFormat = WebpFileFormatType.Lossless }, exif: true));
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Gifs()
    {
        yield return ("gif", Encoded(new GifEncoder()));
        using MemoryStream animated = new();
        Animation.Write(animated, [.. Enumerable.Range(0, 5).Select(i => new AnimationFrame(new Picture(20, 30, 3, [.. Enumerable.Range(0, 1800).Select(p => (byte)(p * (i + 1)))]), 40))]);
        yield return ("gif animated", animated.ToArray());
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Bmps()
    {
        foreach (BmpBitsPerPixel bits in new[] { BmpBitsPerPixel.Pixel8, BmpBitsPerPixel.Pixel16, BmpBitsPerPixel.Pixel24, BmpBitsPerPixel.Pixel32 })
            yield return ($"bmp {bits}", Encoded(new BmpEncoder { BitsPerPixel = bits, SupportTransparency = bits == BmpBitsPerPixel.Pixel32 }));
        byte[] runs = Encoded(new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel8 });
        int pixels = BitConverter.ToInt32(runs, 10);
        BitConverter.TryWriteBytes(runs.AsSpan(30), 1);
        yield return ("bmp in runs", [.. runs[..pixels], .. Enumerable.Range(0, Height).SelectMany(y => new byte[] { 20, (byte)y, 0, 4, 1, 2, 3, 4, 28, 9, 0, 0 }), 0, 1]);
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Tiffs()
    {
        foreach (TiffCompression compression in new[] { TiffCompression.None, TiffCompression.Lzw, TiffCompression.Deflate, TiffCompression.PackBits })
            yield return ($"tiff {compression}", Encoded(new TiffEncoder { Compression = compression, BitsPerPixel = TiffBitsPerPixel.Bit24, HorizontalPredictor = compression == TiffCompression.Lzw ? TiffPredictor.Horizontal : TiffPredictor.None }, exif: true));
        yield return ("tiff grey", Encoded(new TiffEncoder { BitsPerPixel = TiffBitsPerPixel.Bit8, PhotometricInterpretation = TiffPhotometricInterpretation.BlackIsZero }));
        yield return ("tiff palette", Encoded(new TiffEncoder { BitsPerPixel = TiffBitsPerPixel.Bit8, PhotometricInterpretation = TiffPhotometricInterpretation.PaletteColor }));
        yield return ("tiff black and white", Encoded(new TiffEncoder { BitsPerPixel = TiffBitsPerPixel.Bit1, PhotometricInterpretation = TiffPhotometricInterpretation.BlackIsZero, Compression = TiffCompression.Deflate }));
    }

    private static string Samples => Path.Combine(AppContext.BaseDirectory, "Samples");

    private static byte[] Sample(string name) => File.ReadAllBytes(Path.Combine(Samples, name));

    private static byte[] Encoded(IImageEncoder encoder, bool exif = false)
    {
        using var image = new Image<Rgba32>(Width, Height);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++) image[x, y] = new Rgba32((byte)(x * 4), (byte)(y * 6 + x % 3 * 9), (byte)(x * y), (byte)(x < 8 ? 90 : 255));
        if (exif)
        {
            image.Metadata.ExifProfile = new ExifProfile();
            image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)6);
            image.Metadata.ExifProfile.SetValue(ExifTag.Software, "a program");
        }
        using MemoryStream file = new();
        image.Save(file, encoder);
        return file.ToArray();
    }

    // Big-endian, with the orientation 6 alone.
    private static byte[] Exif() => [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];

    // A block in each of four channels, with codes for all sizes 0 to 11 and for the end of a block.
    private static byte[] Cmyk() =>
    [
        0xFF, 0xD8, 0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0, 0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64),
        0xFF, 0xC0, 0, 20, 8, 0, 8, 0, 8, 4, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 4, 0x11, 0,
        0xFF, 0xC4, 0, 31, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 12).Select(i => (byte)i),
        0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0xFF, 0xDA, 0, 14, 4, 1, 0, 2, 0, 3, 0, 4, 0, 0, 63, 0, 0x6F, 0x86, 0x58, 0x71, 0xA5, 0x9F, 0xFF, 0xD9,
    ];
}
