namespace Phosphene.Images;

/// <summary>How <see cref="Picture.Cover"/> brings an image to a size: it is made just large enough, or small enough, to cover it, and what is too long is cut off on both sides.</summary>
/// <param name="Original">The size of the image.</param>
/// <param name="Size">The size that it is brought to.</param>
public readonly record struct Covering(ImageSize Original, ImageSize Size)
{
    /// <summary>The size before anything is cut off.</summary>
    public ImageSize Resized => new(Math.Max(Size.Height, (int)Math.Round(Original.Height * Scale)), Math.Max(Size.Width, (int)Math.Round(Original.Width * Scale)));

    private double Scale => Math.Max((double)Size.Height / Original.Height, (double)Size.Width / Original.Width);

    /// <summary>The part of the original image that a part of the result shows: whole pixels, at least one.</summary>
    /// <param name="top">The first row of the part.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="height">Its rows.</param>
    /// <param name="width">Its columns.</param>
    public (int Top, int Left, int Height, int Width) Behind(int top, int left, int height, int width)
    {
        (int first, int rows) = Behind(top, height, Size.Height, Resized.Height, Original.Height);
        (int from, int columns) = Behind(left, width, Size.Width, Resized.Width, Original.Width);
        return (first, from, rows, columns);
    }

    private static (int First, int Count) Behind(int first, int count, int size, int resized, int original)
    {
        double pixels = (double)original / resized, start = (first + Math.Round((resized - size) / 2.0)) * pixels;
        int begin = Math.Clamp((int)Math.Round(start), 0, original - 1);
        return (begin, Math.Clamp((int)Math.Round(start + count * pixels), begin + 1, original) - begin);
    }
}
