using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

/// <summary>The eight orientations of EXIF (2.32, section 4.6.4, tag 274), worked out by hand.</summary>
internal static class Orientations
{
    /// <summary>EXIF data (a TIFF structure) that say nothing but an orientation, in either byte order.</summary>
    public static byte[] Exif(int orientation, bool bigEndian = true)
    {
        byte[] exif = new byte[26];
        (bigEndian ? "MM\0*"u8 : "II*\0"u8).CopyTo(exif);
        foreach ((int at, int length, int value) in new[] { (4, 4, 8), (8, 2, 1), (10, 2, 0x112), (12, 2, 3), (14, 4, 1), (18, 2, orientation) })
            for (int i = 0; i < length; i++) exif[at + i] = (byte)(value >> 8 * (bigEndian ? length - 1 - i : i));
        return exif;
    }

    /// <summary>
    /// Where the pixel (y, x) of the upright picture is in the stored one of height h and width w. EXIF names the side of the picture that the first
    /// stored row and the first stored column are: 1 top left, 2 top right, 3 bottom right, 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
    /// </summary>
    public static (int Y, int X) Stored(int orientation, int y, int x, int h, int w) => orientation switch
    {
        1 => (y, x),
        2 => (y, w - 1 - x),
        3 => (h - 1 - y, w - 1 - x),
        4 => (h - 1 - y, x),
        5 => (x, y),
        6 => (h - 1 - x, y),
        7 => (h - 1 - x, w - 1 - y),
        _ => (x, w - 1 - y),
    };

    /// <summary>Whether a picture is another turned upright, up to a difference in each level.</summary>
    public static void Check(Picture stored, int orientation, Picture upright, int tolerance)
    {
        bool sideways = orientation >= 5;
        Assert.Equal(sideways ? (stored.Width, stored.Height) : (stored.Height, stored.Width), (upright.Height, upright.Width));
        for (int y = 0; y < upright.Height; y++)
            for (int x = 0; x < upright.Width; x++)
            {
                (int fromY, int fromX) = Stored(orientation, y, x, stored.Height, stored.Width);
                for (int c = 0; c < upright.Channels; c++)
                    Assert.InRange(upright.Row(y)[x * upright.Channels + c] - stored.Row(fromY)[fromX * upright.Channels + c], -tolerance, tolerance);
            }
    }
}
