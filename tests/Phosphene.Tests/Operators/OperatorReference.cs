namespace Phosphene.Tests.Operators;

/// <summary>Image operators written out pixel by pixel in double precision, for images [channels, height, width].</summary>
internal static class OperatorReference
{
    /// <summary>A Gaussian blur in two dimensions at once, over the pixels that are inside of the image.</summary>
    public static double[] Blur(double[] image, int channels, int height, int width, double sigma)
    {
        int radius = (int)Math.Ceiling(3 * sigma);
        return Mean(image, channels, height, width, radius, (_, _, dy, dx) => Math.Exp(-(dy * dy + dx * dx) / (2 * sigma * sigma)));
    }

    /// <summary>The mean of the square around each pixel, whose rim counts half.</summary>
    public static double[] Soften(double[] image, int channels, int height, int width, int side) =>
        Mean(image, channels, height, width, side / 2, (_, _, dy, dx) => Math.Max(Math.Abs(dy), Math.Abs(dx)) == side / 2 ? 0.5 : 1);

    /// <summary>A bilateral filter.</summary>
    public static double[] Bilateral(double[] image, int channels, int height, int width, double sigma, double range) =>
        Mean(image, channels, height, width, (int)Math.Ceiling(2 * sigma), (p, q, dy, dx) =>
            Math.Exp(-(dy * dy + dx * dx) / (2 * sigma * sigma) - Enumerable.Range(0, channels).Sum(c => Math.Pow(image[c * height * width + p] - image[c * height * width + q], 2)) / (2 * range * range)));

    /// <summary>Each level of the Laplacian pyramid divided by its root mean square.</summary>
    public static double[] Laplacian(double[] image, int channels, int height, int width, int levels)
    {
        if (levels == 0 || (height == 1 && width == 1)) return Normalized(image);
        int[] kernel = [1, 4, 6, 4, 1];
        int lowHeight = (height + 1) / 2, lowWidth = (width + 1) / 2;
        var low = new double[channels * lowHeight * lowWidth];
        for (int c = 0; c < channels; c++)
            for (int y = 0; y < lowHeight; y++)
                for (int x = 0; x < lowWidth; x++)
                {
                    double sum = 0, weights = 0;
                    for (int dy = -2; dy <= 2; dy++)
                        for (int dx = -2; dx <= 2; dx++)
                        {
                            int v = 2 * y + dy, u = 2 * x + dx;
                            if (v < 0 || v >= height || u < 0 || u >= width) continue;
                            double weight = kernel[dy + 2] * kernel[dx + 2];
                            (sum, weights) = (sum + weight * image[(c * height + v) * width + u], weights + weight);
                        }
                    low[(c * lowHeight + y) * lowWidth + x] = sum / weights;
                }
        double[] high = [.. image.Zip(Enlarged(low), (x, y) => x - y)];
        return [.. Normalized(high).Zip(Enlarged(Laplacian(low, channels, lowHeight, lowWidth, levels - 1)), (x, y) => x + y)];

        double[] Enlarged(double[] small)
        {
            var large = new double[channels * height * width];
            for (int c = 0; c < channels; c++)
                for (int y = 0; y < height; y++)
                    for (int x = 0; x < width; x++)
                    {
                        double sum = 0, weights = 0;
                        for (int v = 0; v < lowHeight; v++)
                            for (int u = 0; u < lowWidth; u++)
                            {
                                int dy = y - 2 * v, dx = x - 2 * u;
                                if (Math.Abs(dy) > 2 || Math.Abs(dx) > 2) continue;
                                double weight = kernel[dy + 2] * kernel[dx + 2];
                                (sum, weights) = (sum + weight * small[(c * lowHeight + v) * lowWidth + u], weights + weight);
                            }
                        large[(c * height + y) * width + x] = sum / weights;
                    }
            return large;
        }
    }

    private static double[] Normalized(double[] x)
    {
        double size = Math.Sqrt(x.Sum(value => value * value) / x.Length);
        return [.. x.Select(value => value / size)];
    }

    // The weighted mean of the pixels q around each pixel p; the weight is a function of (p, q, dy, dx).
    private static double[] Mean(double[] image, int channels, int height, int width, int radius, Func<int, int, int, int, double> weightOf)
    {
        var result = new double[image.Length];
        for (int c = 0; c < channels; c++)
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                {
                    double sum = 0, weights = 0;
                    for (int dy = -radius; dy <= radius; dy++)
                        for (int dx = -radius; dx <= radius; dx++)
                        {
                            if (y + dy < 0 || y + dy >= height || x + dx < 0 || x + dx >= width) continue;
                            int p = y * width + x, q = (y + dy) * width + x + dx;
                            double weight = weightOf(p, q, dy, dx);
                            (sum, weights) = (sum + weight * image[c * height * width + q], weights + weight);
                        }
                    result[(c * height + y) * width + x] = sum / weights;
                }
        return result;
    }
}
