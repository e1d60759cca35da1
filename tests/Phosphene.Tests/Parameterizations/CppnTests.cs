using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class CppnTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_image_agrees_with_the_definition(bool periodic)
    {
        const int Height = 4, Width = 7;
        ParameterizedImage image = new Cppn(2, 3, periodic).Build(new Shape(1, 3, Height, Width), seed: 5);
        float[][] values = [.. image.Parameters.Select(parameter => ((Parameter)parameter.Values.Operator).Values)];
        Evaluate.Numbers(values[^2].Length).CopyTo(values[^2], 0);
        Assert.Equal([6, 3, 18, 3, 18, 3], values.Select(array => array.Length));
        float[] pixels = Evaluate.Of(image.Image);
        for (int y = 0; y < Height; y++)
            for (int x = 0; x < Width; x++)
            {
                // The longer side goes from -√3 to √3.
                double step = 2 * Math.Sqrt(3) / (Width - 1);
                double[] state = [step * (y - 1.5), step * (x - 3)];
                for (int layer = 0; layer < 2; layer++) state = Activated(Mixed(state, values[2 * layer], values[2 * layer + 1]), periodic);
                double[] colours = Mixed(state, values[4], values[5]);
                for (int c = 0; c < 3; c++) Assert.Equal(1 / (1 + Math.Exp(-colours[c])), pixels[(c * Height + y) * Width + x], 1e-5);
            }
    }

    private static double[] Mixed(double[] x, float[] weights, float[] biases) =>
        [.. biases.Select((bias, o) => bias + Enumerable.Range(0, x.Length).Sum(i => weights[o * x.Length + i] * x[i]))];

    private static double[] Activated(double[] t, bool periodic) => periodic
        ? [.. t.Select(value => Math.Sqrt(2) * Math.Sin(value)), .. t.Select(value => Math.Sqrt(2) * Math.Cos(value))]
        : [.. t.Select(value => Math.Atan(value) / 0.67), .. t.Select(value => Math.Pow(Math.Atan(value), 2) / 0.6)];

    [Fact]
    public void A_start_is_grey() => Assert.All(Evaluate.Of(new Cppn().Build(new Shape(1, 3, 9, 14), 1).Image), value => Assert.Equal(0.5f, value));

    [Fact]
    public void The_same_weights_make_the_same_image_at_another_size()
    {
        float[] Of(int height, int width)
        {
            ParameterizedImage image = new Cppn(3, 5).Build(new Shape(1, 1, height, width), seed: 5);
            Array.Fill(((Parameter)image.Parameters[^2].Values.Operator).Values, 0.3f);
            return Evaluate.Of(image.Image);
        }
        // Corners and the middle are the same places.
        float[] small = Of(5, 9), large = Of(9, 17);
        foreach ((int at, int same) in new[] { (0, 0), (8, 16), (22, 76), (44, 152) }) Assert.Equal(small[at], large[same], 1e-5f);
    }

    [Fact]
    public void A_network_without_layers_is_refused() => Assert.Throws<UsageException>(() => new Cppn(Layers: 0).Build(new Shape(1, 3, 4, 4), 0));
}
