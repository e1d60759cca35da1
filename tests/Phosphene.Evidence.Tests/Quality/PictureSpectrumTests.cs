using Phosphene.Evidence.Quality;
using Phosphene.Images;
using Phosphene.Runtime.Numerics;
using Xunit;

namespace Phosphene.Evidence.Tests.Quality;

public sealed class PictureSpectrumTests
{
    private static double[] Noise(int height, int width, ulong seed = 3)
    {
        var stream = new RandomStream(seed, 0, "noise");
        return [.. Enumerable.Range(0, height * width).Select(i => (double)stream.Normal(i))];
    }

    private static Picture Wave(int height, int width, double across, double down) =>
        Picture.FromPlanar([.. Enumerable.Range(0, height * width).Select(i => (float)(0.5 + 0.4 * Math.Cos(2 * Math.PI * (across * (i % width) + down * (i / width)))))], 1, height, width);

    [Theory]
    [InlineData(13, 10)]
    [InlineData(8, 9)]
    [InlineData(16, 16)]
    public void The_share_above_a_frequency_is_that_of_a_transform_that_is_summed_out(int height, int width)
    {
        double[] values = Noise(height, width);
        double mean = values.Average(), above = 0, all = 0;
        for (int v = 0; v < height; v++)
            for (int u = 0; u < width; u++)
            {
                (double re, double im) = (0, 0);
                for (int i = 0; i < values.Length; i++)
                {
                    double turn = 2 * Math.PI * ((double)v * (i / width) / height + (double)u * (i % width) / width);
                    (re, im) = (re + (values[i] - mean) * Math.Cos(turn), im - (values[i] - mean) * Math.Sin(turn));
                }
                double frequency = double.Hypot(Math.Min(v, height - v) / (double)height, Math.Min(u, width - u) / (double)width), power = re * re + im * im;
                all += power;
                if (frequency > 0.3) above += power;
            }
        Assert.Equal(above / all, PictureSpectrum.Of(values, height, width).ShareAbove(0.3), 1e-9);
    }

    [Fact]
    public void A_wave_lies_at_its_own_frequency()
    {
        Assert.Equal(1, PictureSpectrum.Of(Wave(40, 48, 0.375, 0)).ShareAbove(0.25), 0.01);
        Assert.Equal(0, PictureSpectrum.Of(Wave(40, 48, 0.125, 0.1)).ShareAbove(0.25), 0.01);
        Assert.Equal(1, PictureSpectrum.Of(Wave(40, 48, 0.25, 0.25)).ShareAbove(0.35), 0.01);
    }

    [Fact]
    public void A_picture_without_contrast_has_no_frequencies() => Assert.Equal(0, PictureSpectrum.Of(new Picture(32, 32, 1, new byte[32 * 32])).ShareAbove(0.1));

    [Fact]
    public void Noise_has_no_checkerboard() => Assert.InRange(Enumerable.Range(0, 20).Average(i => PictureSpectrum.Of(Noise(66, 50, (ulong)i), 66, 50).Checkerboard()), 0.93, 1.07);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void What_repeats_every_second_or_fourth_pixel_is_a_checkerboard_and_every_third_is_none(int period)
    {
        double[] noise = Noise(64, 72);
        double Of(int every, bool down) => PictureSpectrum.Of([.. noise.Select((value, i) => value + 0.8 * Math.Cos(2 * Math.PI * (down ? i / 72 : i % 72) / every))], 64, 72).Checkerboard();
        Assert.True(Of(period, down: false) > 2.5, $"{Of(period, down: false)}");
        Assert.True(Of(period, down: true) > 2.5, $"{Of(period, down: true)}");
        Assert.InRange(Of(3, down: false), 0.7, 1.3);
    }

    [Fact]
    public void A_picture_that_is_too_small_for_the_lines_has_no_number() => Assert.Equal(double.NaN, PictureSpectrum.Of(Noise(31, 64), 31, 64).Checkerboard());
}
