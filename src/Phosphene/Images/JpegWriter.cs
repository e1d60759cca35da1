using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.PixelFormats;

namespace Phosphene.Images;

/// <summary>Writes JPEG, for photos that are only looked at: RGB, with colours at half the resolution. Equal input gives equal bytes on the same instruction set.</summary>
public static class JpegWriter
{
    /// <summary>Writes a picture as JPEG. It has no transparency: transparent pixels are laid over mid-grey, as a model sees them.</summary>
    /// <param name="stream">Where to; not closed.</param>
    /// <param name="picture">The pixels.</param>
    /// <param name="quality">From 1, smallest, to 100, best, as libjpeg counts.</param>
    public static void Write(Stream stream, Picture picture, int quality)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        using Image<Rgb24> image = picture.OverGrey().AsImage<Rgb24>();
        new JpegEncoder { Quality = quality, ColorType = JpegColorType.YCbCrRatio420 }.Encode(image, stream);
    }
}
