using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Statistics;
using Phosphene.Images;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Tests;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Evidence.Tests.Statistics;

public sealed class StatisticsMeasurementTests : IDisposable
{
    // rgb = Mean + Root·n with independent normal n, far enough from 0 and 1 that hardly a pixel is cut off.
    private static readonly double[] Mean = [0.5, 0.45, 0.55];
    private static readonly double[] Root = [0.08, 0, 0, 0.05, 0.06, 0, -0.03, 0.02, 0.07];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private void Save(string name, int size, Func<int, int, int, double> value)
    {
        var planar = new float[3 * size * size];
        for (int i = 0; i < planar.Length; i++) planar[i] = (float)value(i / (size * size), i / size % size, i % size);
        Picture.FromPlanar(planar, 3, size, size).Save(_folder.At(name));
    }

    private void SaveNoise(int images, int size)
    {
        for (int image = 0; image < images; image++)
        {
            var stream = new RandomStream(7, image, "noise");
            Save($"{image:00}.png", size, (c, y, x) => Mean[c] + Enumerable.Range(0, 3).Sum(k => Root[3 * c + k] * stream.Normal((k * size + y) * size + x)));
        }
    }

    [Fact]
    public void A_known_covariance_is_recovered_within_2_percent()
    {
        SaveNoise(images: 20, size: 64);
        ImageStatistics statistics = StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), size: 64)!.Statistics;
        Assert.Equal((20, 64), (statistics.Images, statistics.Size));
        for (int c = 0; c < 3; c++) Assert.Equal(Mean[c], statistics.Mean[c], 0.002);
        for (int i = 0; i < 9; i++)
        {
            (int row, int column) = (i / 3, i % 3);
            double Covariance(int a, int b) => Enumerable.Range(0, 3).Sum(k => Root[3 * a + k] * Root[3 * b + k]);
            // Of the scale of the two channels; one covariance is near 0.
            Assert.Equal(Covariance(row, column), statistics.Covariance[i], 0.02 * Math.Sqrt(Covariance(row, row) * Covariance(column, column)));
            Assert.Equal(Root[i], statistics.Factor[i], 0.002);
        }
    }

    [Fact]
    public void The_magnitudes_of_independent_noise_of_variance_1_are_all_alike()
    {
        SaveNoise(images: 60, size: 16);
        ImageStatistics statistics = StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), size: 16)!.Statistics;
        Assert.Equal(3 * 16 * 9, statistics.Magnitude.Count);
        // The mean of the length of a complex normal number with variance 1 is √π / 2; that of a real one, at four places, is √(2 / π).
        for (int channel = 0; channel < 3; channel++)
        {
            double complex = statistics.Magnitude.Skip(channel * 144).Take(144).Where((_, i) => (i % 9, i / 9) is not (0 or 8, 0 or 8)).Average();
            Assert.Equal(Math.Sqrt(Math.PI) / 2, complex, 0.02);
        }
        Assert.Equal(Math.Sqrt(Math.PI) / 2, statistics.GreyMagnitude.Where((_, i) => (i % 9, i / 9) is not (0 or 8, 0 or 8)).Average(), 0.02);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(15)]
    public void A_wave_is_found_at_its_frequency(int size)
    {
        // Columns run across: 3 periods in the width and 2 in the height, and noise so that there are three colours.
        var stream = new RandomStream(1, 0, "n");
        Save("a.png", size, (c, y, x) => 0.5 + 0.3 * Math.Cos(2 * Math.PI * (3 * x + 2 * y) / size) + 0.02 * stream.Normal((c * size + y) * size + x));
        ImageStatistics statistics = StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), size)!.Statistics;
        int columns = size / 2 + 1;
        float[] grey = [.. statistics.GreyMagnitude];
        Assert.Equal(2 * columns + 3, Array.IndexOf(grey, grey.Max()));
        // √2·cos has variance 1 and |rfft2| = √2·S²/2, divided by S; the noise takes a little of the variance.
        Assert.Equal(size / Math.Sqrt(2), grey.Max(), 0.01 * size);
    }

    [Fact]
    public void A_file_of_statistics_is_read_as_it_was_written()
    {
        SaveNoise(images: 2, size: 9);
        ImageStatistics written = StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), size: 9)!.Statistics;
        written.Save(_folder.At("s.safetensors"));
        ImageStatistics read = new StatisticsReference(_folder.At("s.safetensors")).Pinned().Read();
        Assert.Equal((written.Images, written.Size), (read.Images, read.Size));
        foreach (Func<ImageStatistics, IEnumerable<float>> part in (Func<ImageStatistics, IEnumerable<float>>[])[s => s.Mean, s => s.Covariance, s => s.Factor, s => s.Magnitude, s => s.GreyMagnitude])
            Assert.Equal(part(written), part(read));
    }

    [Fact]
    public void The_same_images_give_the_same_numbers_with_any_number_of_threads()
    {
        SaveNoise(images: 3, size: 20);
        float[] Of(int threads) => [.. StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), 12, threads)!.Statistics.Magnitude];
        Assert.Equal(Of(1), Of(3));
    }

    [Fact]
    public void A_broken_image_is_skipped_and_named()
    {
        SaveNoise(images: 3, size: 12);
        float[] without = [.. StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), 12)!.Statistics.Magnitude];
        File.WriteAllText(_folder.At("01a.png"), "no picture");
        StatisticsMeasurement measured = StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), 12)!;
        Assert.Equal("01a.png", Assert.Single(measured.Skipped).File);
        Assert.Equal(without, measured.Statistics.Magnitude);
    }

    [Fact]
    public void Images_without_colours_are_refused()
    {
        Save("grey.png", 8, (_, y, x) => (y + x) / 16.0);
        InputFileException error = Assert.Throws<InputFileException>(() => StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), 8));
        Assert.Contains("do not vary in three colours", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cancelled_has_no_result()
    {
        SaveNoise(images: 1, size: 8);
        Assert.Null(StatisticsMeasurement.Of(ImageFolder.Open(_folder.Path), 8, cancellation: new CancellationToken(canceled: true)));
    }

    [SharedFact]
    public void The_statistics_that_need_no_file_are_those_of_1000_photos_within_5_percent()
    {
        ImageStatistics photos = StatisticsMeasurement.Of(ImageFolder.Open(SharedData.Path("images/imagenet-sample")))!.Statistics, ours = ImageStatistics.OfPhotos;
        Assert.Equal((1000, 224), (photos.Images, photos.Size));
        for (int i = 0; i < 3; i++) Assert.Equal(photos.Mean[i], ours.Mean[i], 1e-4f);
        for (int i = 0; i < 9; i++) Assert.Equal(photos.Covariance[i], ours.Covariance[i], 1e-5f);
        foreach (int channels in new[] { 3, 1 })
        {
            (float[] expected, float[] found) = (photos.MagnitudeAt(channels, 224, 224), ours.MagnitudeAt(channels, 224, 224));
            for (int channel = 0; channel < channels; channel++)
                for (double octave = -7; octave < -0.5; octave += 0.5)
                {
                    // f · magnitude, so that all frequencies of the band count alike.
                    double wanted = 0, has = 0;
                    for (int i = 1; i < 224 * 113; i++)
                    {
                        double f = double.Hypot(Math.Min(i / 113, 224 - i / 113), i % 113) / 224;
                        if (Math.Log2(f) < octave || Math.Log2(f) >= octave + 0.5) continue;
                        wanted += f * expected[channel * 224 * 113 + i];
                        has += f * found[channel * 224 * 113 + i];
                    }
                    Assert.Equal(1, has / wanted, 0.05);
                }
        }
    }
}
