using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class ImageStatisticsTests
{
    /// <summary>Statistics whose magnitudes are those of a law: size, and the magnitude at a frequency in cycles per pixel, row before column.</summary>
    internal static ImageStatistics Of(int size, Func<double, double, double> law)
    {
        int columns = size / 2 + 1;
        float[] plane = [.. Enumerable.Range(0, size * columns).Select(i =>
        {
            int y = i / columns;
            return (float)law((y <= size / 2 ? y : y - size) / (double)size, i % columns / (double)size);
        })];
        return new ImageStatistics
        {
            Images = 3,
            Mean = [0.5f, 0.45f, 0.4f],
            Covariance = [0.08f, 0.07f, 0.06f, 0.07f, 0.075f, 0.07f, 0.06f, 0.07f, 0.08f],
            Size = size,
            Magnitude = [.. plane, .. plane.Select(value => value / 2), .. plane.Select(value => value / 4)],
            GreyMagnitude = plane,
        };
    }

    [Fact]
    public void The_factor_times_its_transpose_is_the_covariance()
    {
        ImageStatistics statistics = Of(4, (_, _) => 1);
        IReadOnlyList<float> l = statistics.Factor;
        Assert.Equal([0, 0, 0], new[] { l[1], l[2], l[5] });
        for (int i = 0; i < 9; i++) Assert.Equal(statistics.Covariance[i], Enumerable.Range(0, 3).Sum(k => l[i / 3 * 3 + k] * l[i % 3 * 3 + k]), 1e-6f);
    }

    [Fact]
    public void The_decorrelation_is_the_inverse_of_the_factor()
    {
        ImageStatistics statistics = Of(4, (_, _) => 1);
        float[] inverse = statistics.Decorrelation(3);
        for (int i = 0; i < 9; i++) Assert.Equal(i % 4 == 0 ? 1f : 0f, Enumerable.Range(0, 3).Sum(k => inverse[i / 3 * 3 + k] * statistics.Factor[k * 3 + i % 3]), 1e-4f);
    }

    [Theory]
    [InlineData(24, 24, 24)]
    [InlineData(24, 17, 30)]
    [InlineData(24, 60, 50)]
    [InlineData(15, 15, 15)]
    [InlineData(15, 31, 8)]
    public void Magnitudes_of_1_over_f_are_so_at_every_size(int measured, int height, int width)
    {
        double Law(double fy, double fx) => fy == 0 && fx == 0 ? 7 : 1 / double.Hypot(fy, fx);
        float[] found = Of(measured, Law).MagnitudeAt(3, height, width);
        int columns = width / 2 + 1;
        Assert.Equal(3 * height * columns, found.Length);
        for (int i = 0; i < found.Length; i++)
        {
            int channel = i / (height * columns), y = i / columns % height, x = i % columns;
            double expected = y == 0 && x == 0 ? 0 : Law((y <= height / 2 ? y : y - height) / (double)height, x / (double)width) / (1 << channel);
            Assert.Equal(expected, found[i], 1e-4 * expected);
        }
    }

    [Fact]
    public void At_the_size_that_was_measured_magnitudes_are_what_was_measured()
    {
        // Rows and columns differ, and so do the signs of a frequency.
        double Law(double fy, double fx) => 1 + Math.Abs(fy) + 3 * fx + (fy < 0 ? 0.5 : 0);
        ImageStatistics statistics = Of(10, Law);
        float[] found = statistics.MagnitudeAt(1, 10, 10);
        for (int i = 1; i < found.Length; i++) Assert.Equal(statistics.GreyMagnitude[i], found[i], 1e-5f);
    }

    [Fact]
    public void Between_frequencies_f_times_the_magnitude_is_interpolated()
    {
        float[] found = Of(8, (fy, fx) => fx == 0.25 ? 4 : 2).MagnitudeAt(1, 8, 16);
        // Column 3 of 16 is 3/16 cycles a pixel, halfway between 1/8 with 2/8 and 2/8 with 4/4: their mean is 0.625, over 3/16.
        Assert.Equal(0.625 / (3 / 16.0), found[3], 1e-5);
    }

    [Fact]
    public void Two_channels_have_no_statistics() =>
        Assert.StartsWith("Statistics of photos are of grey or of red, green and blue; the model takes images of 2 channels.",
            Assert.Throws<UsageException>(() => Of(4, (_, _) => 1).MagnitudeAt(2, 8, 8)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_file_that_has_none_is_refused()
    {
        string folder = Directory.CreateTempSubdirectory("phosphene-statistics-").FullName;
        try
        {
            string path = Path.Combine(folder, "s.safetensors");
            string Error() => Assert.Throws<InputFileException>(() => new StatisticsReference(path).Read()).Message;
            Assert.Equal($"Statistics '{path}' does not exist; check its path.", Error());
            File.WriteAllText(path, "{}");
            Assert.StartsWith($"Cannot read '{path}'", Error(), StringComparison.Ordinal);
            SafetensorsFile.Write(path, ("W_dec", new Shape(1), new float[1]));
            Assert.Equal($"Statistics '{path}' has no array 'magnitude' [3, S, S/2 + 1]; give a file that 'phosphene statistics' wrote.", Error());
            Of(4, (_, _) => -1).Save(path);
            Assert.Contains("has -1 as number 0 of 'magnitude'", Error(), StringComparison.Ordinal);
            (Of(4, (_, _) => 1) with { Covariance = [1, 1, 0, 1, 1, 0, 0, 0, 1] }).Save(path);
            Assert.Contains("has a covariance that is none", Error(), StringComparison.Ordinal);
            Of(4, (_, _) => 1).Save(path);
            Assert.Equal(3, new StatisticsReference(path).Read().Images);
            Assert.Contains("has the SHA-256", Assert.Throws<InputFileException>(() => new StatisticsReference(path, new string('a', 64)).Read()).Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
