using System.Buffers.Binary;

namespace Phosphene.Images;

/// <summary>Names a file's format from its first bytes, to choose how to read it or to say what it is. The extension is not looked at.</summary>
internal static class ImageSignature
{
    /// <summary>How many bytes from the start of a file <see cref="Describe"/> looks at.</summary>
    public const int Length = 16;

    /// <summary>The eight bytes every PNG begins with.</summary>
    public static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>What the file seems to be, worded to follow "is": "a JPEG image", "an empty file", "no image that is known here".</summary>
    public static string Describe(ReadOnlySpan<byte> start) => start switch
    {
        [] => "an empty file",
        _ when start.StartsWith(Png) => "a PNG image",
        _ when start.Length < Png.Length && Png.StartsWith(start) => "the very start of a PNG image and ends there",
        _ when start[1..].StartsWith("PNG"u8) || start.StartsWith("PNG"u8)
            => "a PNG image whose first bytes were changed, as a text-mode copy does",
        [0xFF, 0xD8, 0xFF, ..] => "a JPEG image",
        [0xFF, 0xD8] or [0xFF] => "the very start of a JPEG image and ends there",
        _ when start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8) => "a GIF image",
        _ when start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..].StartsWith("WEBP"u8) => "a WebP image",
        _ when IsBitmap(start) => "a BMP image",
        _ when start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) => "a TIFF image",
        _ when start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8) => "a BigTIFF image",
        _ when start.Length >= 12 && start[4..].StartsWith("ftypavi"u8) => "an AVIF image",
        _ when start.Length >= 12 && (start[4..].StartsWith("ftyphe"u8) || start[4..].StartsWith("ftypmif1"u8)) => "a HEIC image",
        [0xFF, 0x0A, ..] => "a JPEG XL image",
        _ when start.Length >= 8 && start[4..].StartsWith("JXL "u8) => "a JPEG XL image",
        _ when start.Length >= 8 && start[4..].StartsWith("jP  "u8) => "a JPEG 2000 image",
        _ when start[1..].StartsWith("MNG"u8) => "an MNG animation",
        _ when start.StartsWith("qoif"u8) => "a QOI image",
        _ when start.StartsWith("8BPS"u8) => "a Photoshop document",
        _ when start.StartsWith("%PDF"u8) => "a PDF document",
        _ when start.StartsWith("<svg"u8) || start.StartsWith("<?xml"u8) => "an SVG or XML document",
        [(byte)'P', >= (byte)'1' and <= (byte)'7', (byte)'\n' or (byte)' ' or (byte)'\r' or (byte)'\t', ..] => "a PNM image",
        [0, 0, 1, 0, ..] => "an icon (ICO)",
        _ => "no image that is known here",
    };

    /// <summary>"BM", a file size, and four reserved bytes that are zero.</summary>
    private static bool IsBitmap(ReadOnlySpan<byte> start) =>
        start.StartsWith("BM"u8) && start.Length >= 10 && BinaryPrimitives.ReadUInt32LittleEndian(start[6..]) == 0;
}
