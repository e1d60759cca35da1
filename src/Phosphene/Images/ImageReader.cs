using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Metadata.Profiles.Exif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing;

namespace Phosphene.Images;

/// <summary>
/// Reads PNG, JPEG, WebP, GIF, BMP and TIFF files: the first image in them, upright as its EXIF orientation says. Samples of 16 bits are rounded to 8; gamma and
/// colour profiles are not applied: the samples are taken to be sRGB, as nearly all files mean them. The structure, the size and the memory are
/// checked before anything is decoded (docs/limits.md), and a file is read as it was meant or not at all.
/// </summary>
public static class ImageReader
{
    /// <summary>The most memory that a file and what is made of it may take together, in bytes: 224 MiB.</summary>
    public const int MaximumMemory = 224 << 20;

    private static readonly Format[] s_formats =
    [
        new("a PNG image", "PNG", PngContainer.Open, new PngDecoder { IgnoreMetadata = true }),
        new("a JPEG image", "JPEG", JpegContainer.Open, new JpegDecoder { IgnoreMetadata = true }),
        new("a WebP image", "WebP", WebpContainer.Open, new WebpDecoder { IgnoreMetadata = true }),
        new("a GIF image", "GIF", GifContainer.Open, new GifDecoder { IgnoreMetadata = true, DecodingMode = SixLabors.ImageSharp.Metadata.FrameDecodingMode.First }),
        new("a BMP image", "BMP", BmpContainer.Open, new BmpDecoder()),
        new("a TIFF image", "TIFF", TiffContainer.Open, new TiffDecoder { IgnoreMetadata = true, DecodingMode = SixLabors.ImageSharp.Metadata.FrameDecodingMode.First }),
    ];

    private sealed record Format(string Described, string Name, Func<byte[], Refusal, Container> Open, IImageDecoder Decoder);

    /// <summary>Reads an image file; the extension does not matter.</summary>
    /// <exception cref="ImageFormatException">
    /// The file is none of these formats, is damaged, or too large; the message names it, says what it is and what to do.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public static ImageContents Read(string path)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return Read(stream, path);
    }

    /// <summary>Reads an image from a stream, up to the stream's end.</summary>
    /// <param name="stream">The stream, at the image's first byte.</param>
    /// <param name="name">What error messages call it.</param>
    /// <exception cref="ImageFormatException">As for a file.</exception>
    public static ImageContents Read(Stream stream, string name)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        Span<byte> start = stackalloc byte[ImageSignature.Length];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        string described = ImageSignature.Describe(start);
        Format format = s_formats.FirstOrDefault(format => format.Described == described)
            ?? throw new ImageFormatException($"Cannot read '{name}': it is {described}; give a PNG, JPEG, WebP, GIF, BMP or TIFF image.");
        Refusal refusal = new(name, format.Name);
        return Read(ReadAll(stream, start, refusal), format, refusal);
    }

    private static byte[] ReadAll(Stream stream, ReadOnlySpan<byte> start, Refusal refusal)
    {
        long expected = stream.CanSeek ? stream.Length - stream.Position : 0;
        if (start.Length + expected > MaximumMemory) throw TooMuch(refusal);
        using MemoryStream file = new(start.Length + (int)expected);
        file.Write(start);
        byte[] buffer = new byte[1 << 16];
        for (int count; (count = stream.Read(buffer)) > 0; file.Write(buffer, 0, count))
            if (file.Length + count > MaximumMemory) throw TooMuch(refusal);
        return file.Length == file.Capacity ? file.GetBuffer() : file.ToArray();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Damaged files make ImageSharp throw exceptions of a dozen kinds.")]
    private static ImageContents Read(byte[] file, Format format, Refusal refusal)
    {
        Container container = format.Open(file, refusal);
        long taken = file.Length + container.ExtraMemory + (ReferenceEquals(container.Bytes.Array, file) ? 0 : container.Bytes.Count);
        ImageMemory memory = new(MaximumMemory - taken);
        Configuration configuration = new() { MemoryAllocator = memory, MaxDegreeOfParallelism = 1, PreferContiguousImageBuffers = true };
        try
        {
            using (MemoryStream stream = Stream(container))
            {
                IImageInfo info = ((IImageInfoDetector)format.Decoder).Identify(configuration, stream, default);
                ImageLimits.Check(info.Height, info.Width, container.MostPixels, file.Length, refusal);
            }
            Picture picture = container.Channels switch
            {
                1 => Decode<L8>(container, format.Decoder, configuration, memory),
                3 => Decode<Rgb24>(container, format.Decoder, configuration, memory),
                _ => Decode<Rgba32>(container, format.Decoder, configuration, memory),
            };
            return new ImageContents(picture, container.Texts);
        }
        catch (Exception error) when (error is not ImageFormatException)
        {
            throw memory.IsExhausted || error is OutOfMemoryException ? TooMuch(refusal, error)
                : error is NotSupportedException ? refusal.OtherKind("it is of a kind that is not read")
                : refusal.Damaged("its pixel data is broken", error);
        }
    }

    private static Picture Decode<T>(Container container, IImageDecoder decoder, Configuration configuration, ImageMemory memory) where T : unmanaged, IPixel<T>
    {
        using MemoryStream stream = Stream(container);
        using Image<T> image = decoder.Decode<T>(configuration, stream, default);
        if (container.Orientation != 1)
        {
            image.Metadata.ExifProfile = new ExifProfile();
            image.Metadata.ExifProfile.SetValue(ExifTag.Orientation, (ushort)container.Orientation);
            image.Mutate(context => context.AutoOrient());
        }
        return new Picture(memory.ArrayOf(image), image.Height, image.Width, Unsafe.SizeOf<T>());
    }

    private static MemoryStream Stream(Container container) => new(container.Bytes.Array!, container.Bytes.Offset, container.Bytes.Count, writable: false);

    private static ImageFormatException TooMuch(Refusal refusal, Exception? cause = null) =>
        refusal.Because($"reading it takes more than {MaximumMemory >> 20} MiB of memory", "shrink it first", cause);
}
