namespace Phosphene.Images;

/// <summary>How large the images are that are read.</summary>
internal static class ImageLimits
{
    // Larger pictures than 16 Mi pixels come in files of at least a byte per hundred: a photo of that size has one per ten.
    private const int LargePixels = 16 << 20, LargePixelsPerByte = 100;

    /// <summary>Makes sure that an image is not too large.</summary>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="most">No more pixels than this can come out of the file.</param>
    /// <param name="length">Bytes of the file.</param>
    /// <param name="refusal">Words what is wrong.</param>
    /// <exception cref="ImageFormatException">It is too large, or empty.</exception>
    public static void Check(int height, int width, long most, int length, Refusal refusal)
    {
        long pixels = (long)height * width;
        if (height < 1 || width < 1) throw refusal.Damaged($"its header gives {height} x {width} pixels (height x width)");
        if (height > Picture.MaximumSide || width > Picture.MaximumSide || pixels > Picture.MaximumPixels)
            throw refusal.Because(
                $"it has {height} x {width} pixels (height x width), and at most {Picture.MaximumSide} a side and {Picture.MaximumPixels} in all are read", "shrink it first");
        if (pixels > most) throw refusal.Damaged($"its header promises {height} x {width} pixels (height x width), which cannot be in a file of {length} bytes");
        if (pixels > LargePixels && pixels > (long)LargePixelsPerByte * length)
            throw refusal.Because(
                $"it has {height} x {width} pixels (height x width) in {length} bytes, more than {LargePixelsPerByte} to a byte, as files do that are made to exhaust a computer",
                "shrink it first");
    }
}
