using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace Phosphene.Images;

/// <summary>Writes JPEG for pages, where many small pictures have to load quickly; it loses a little. Equal input gives equal bytes on the same instruction set. A picture that is kept is a PNG (<see cref="PngWriter"/>).</summary>
public static class JpegWriter
{
    /// <summary>Writes a picture as JPEG, with as many colours as brightnesses, since what is saturated would otherwise smear. Transparent pixels are over mid-grey, as they are where networks see them.</summary>
    /// <param name="stream">Where to; not closed.</param>
    /// <param name="picture">The pixels.</param>
    /// <param name="quality">1 to 100.</param>
    public static void Write(Stream stream, Picture picture, int quality)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        using Image<Rgb24> image = picture.OverGrey().AsImage<Rgb24>();
        new JpegEncoder { Quality = quality, ColorType = JpegColorType.YCbCrRatio444 }.Encode(image, stream);
    }
}
