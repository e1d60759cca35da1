using Phosphene.Evidence.Stability;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Graphs;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Stability;

public sealed class PhaseScrambleTests
{
    // An odd width has no column of its own for half a cycle per pixel.
    [Theory]
    [InlineData(6, 10)]
    [InlineData(7, 9)]
    public void Turned_phases_leave_the_spectrum_and_the_mean_and_nothing_of_the_image(int height, int width)
    {
        float[] noise = new float[height * width];
        PhaseScramble.Draw(noise, 5);
        float[] image = [.. Enumerable.Range(0, 3 * height * width).Select(i => 0.5f + 0.05f * MathF.Sin(i * i))];
        float[] scrambled = Scrambled(image, noise, height, width);
        for (int colour = 0; colour < 3; colour++)
        {
            (double[] powerBefore, double meanBefore) = Spectrum(image, colour, height, width);
            (double[] powerAfter, double meanAfter) = Spectrum(scrambled, colour, height, width);
            Assert.Equal(meanBefore, meanAfter, 1e-5);
            for (int i = 1; i < powerBefore.Length; i++) Assert.Equal(powerBefore[i], powerAfter[i], 1e-4);
        }
        Assert.True(image.Zip(scrambled, (a, b) => Math.Abs(a - b)).Average() > 0.01);
    }

    [Fact]
    public void Colours_stay_together()
    {
        const int height = 5, width = 8;
        float[] noise = new float[height * width], image = new float[3 * height * width];
        PhaseScramble.Draw(noise, 1);
        for (int i = 0; i < height * width; i++) (image[i], image[height * width + i], image[2 * height * width + i]) = (0.5f + 0.1f * MathF.Cos(i * i), 0.5f + 0.05f * MathF.Cos(i * i), 0.5f);
        float[] scrambled = Scrambled(image, noise, height, width);
        for (int i = 0; i < height * width; i++)
        {
            Assert.Equal(scrambled[i] - 0.5f, 2 * (scrambled[height * width + i] - 0.5f), 1e-5f);
            Assert.Equal(0.5f, scrambled[2 * height * width + i], 1e-5f);
        }
    }

    [Fact]
    public void The_values_of_each_colour_stay()
    {
        const int height = 6, width = 9, pixels = height * width;
        using var backend = new Backend(1);
        using var scramble = new PhaseScramble(backend, height, width);
        float[] image = [.. Enumerable.Range(0, 3 * pixels).Select(i => MathF.Abs(MathF.Sin(i * i)) * (i / pixels + 1) / 3)], first = new float[image.Length], second = new float[image.Length], again = new float[image.Length];
        scramble.Of(image, first, 1);
        scramble.Of(image, second, 2);
        scramble.Of(image, again, 1);
        for (int colour = 0; colour < 3; colour++) Assert.Equal(image.Skip(colour * pixels).Take(pixels).Order(), first.Skip(colour * pixels).Take(pixels).Order());
        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
        Assert.NotEqual(image, first);
    }

    private static float[] Scrambled(float[] image, float[] noise, int height, int width)
    {
        var x = new Tensor(new Input(new Shape(1, 3, height, width), "image"));
        var z = new Tensor(new Input(new Shape(1, 1, height, width), "noise"));
        return Evaluate.Of(PhaseScramble.Turned(x, z), (x, image), (z, noise));
    }

    // The power of each frequency of a colour, by the definition, and its mean.
    private static (double[] Power, double Mean) Spectrum(float[] image, int colour, int height, int width)
    {
        var power = new double[height * width];
        for (int v = 0; v < height; v++)
            for (int u = 0; u < width; u++)
            {
                (double re, double im) = (0, 0);
                for (int y = 0; y < height; y++)
                    for (int x = 0; x < width; x++)
                    {
                        (double sin, double cos) = Math.SinCos(-2 * Math.PI * ((double)v * y / height + (double)u * x / width));
                        double value = image[(colour * height + y) * width + x];
                        (re, im) = (re + value * cos, im + value * sin);
                    }
                power[v * width + u] = re * re + im * im;
            }
        return (power, image.Skip(colour * height * width).Take(height * width).Average(value => (double)value));
    }
}
