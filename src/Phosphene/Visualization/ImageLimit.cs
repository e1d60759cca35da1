namespace Phosphene.Visualization;

/// <summary>How large a batch of images can be at all. Whether there is memory for it is known once a step is compiled, before anything is drawn or computed.</summary>
internal static class ImageLimit
{
    /// <exception cref="InsufficientMemoryException">The optimizer's move, the parameters and two arrays of their size in one, would be longer than an array can be.</exception>
    public static void Require(int batch, int channels, int height, int width)
    {
        // A spectrum has up to three columns more than the image.
        double numbers = (double)batch * channels * height * (width + 3);
        if (3 * numbers > int.MaxValue)
            throw new InsufficientMemoryException($"{(batch == 1 ? "An image" : $"A batch of {batch} images")} of {height} x {width} pixels has {(long)batch * channels * height * width} numbers, where at most {int.MaxValue / 3} are possible; choose a smaller size{(batch == 1 ? "" : " or a smaller batch")}.");
    }
}
