using Phosphene.Parameterizations;

namespace Phosphene.Tests.Parameterizations;

/// <summary>The Fourier image in double precision, term by term from the definition.</summary>
internal static class FourierReference
{
    /// <summary>The image [C, H, W] of a spectrum [2, C, H, ⌈W / 2⌉ + 1]; an odd width is the next even one without its last column.</summary>
    public static double[] Image(IReadOnlyList<double> spectrum, int channels, int height, int width, double decay = 1, bool decorrelate = true, double contrast = 0, bool exact = false)
    {
        int even = width + width % 2, columns = even / 2 + 1, pixels = height * width, parts = channels * height * columns;
        var planes = new double[channels][];
        for (int c = 0; c < channels; c++)
        {
            planes[c] = new double[pixels];
            for (int v = 0; v < height; v++)
                for (int u = 0; u < columns; u++)
                {
                    int at = (c * height + v) * columns + u;
                    // v and v - H are the same frequency; the one nearer to 0 counts. Columns other than 0 and W / 2 stand for their mirror, too.
                    double fy = (double)(2 * v < height ? v : v - height) / height, fx = (double)Math.Min(u, width - u) / width;
                    double scale = Math.Sqrt(pixels) / Math.Pow(Math.Max(Math.Sqrt(fy * fy + fx * fx), 1.0 / Math.Max(height, width)), decay);
                    double weight = (u == 0 || 2 * u == even ? 1 : 2) * scale / (height * even) / 4;
                    for (int y = 0; y < height; y++)
                        for (int x = 0; x < width; x++)
                        {
                            double angle = 2 * Math.PI * ((double)v * y / height + (double)u * x / even);
                            planes[c][y * width + x] += weight * (spectrum[at] * Math.Cos(angle) - spectrum[parts + at] * Math.Sin(angle));
                        }
                }
        }
        double[] image = [.. planes.SelectMany(plane => plane)];
        if (decorrelate && channels == 3)
            for (int p = 0; p < pixels; p++)
            {
                double[] t = [image[p], image[pixels + p], image[2 * pixels + p]];
                for (int c = 0; c < 3; c++) image[c * pixels + p] = Enumerable.Range(0, 3).Sum(k => Colour.Matrix[3 * c + k] * t[k]);
            }
        double distance = Math.Sqrt(image.Sum(x => x * x) / image.Length), factor = contrast > 0 && (exact || distance > contrast) ? contrast / distance : 1;
        return [.. image.Select(x => 1 / (1 + Math.Exp(-factor * x)))];
    }
}
