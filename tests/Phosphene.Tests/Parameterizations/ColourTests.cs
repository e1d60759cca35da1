using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class ColourTests
{
    [Fact]
    public void The_matrix_is_Lucids_divided_by_its_largest_column()
    {
        // Source: recipes of the article and Lucid's color.py; the largest column norm is 0.46195.
        double[] expected = [0.56283, 0.19483, 0.04329, 0.58448, 0, -0.10824, 0.58448, -0.19483, 0.06494];
        for (int i = 0; i < 9; i++) Assert.Equal(expected[i], Colour.Matrix[i], 1e-5);
    }

    [Fact]
    public void A_colour_is_the_matrix_times_the_channels_at_every_pixel()
    {
        // Two images of 2 x 3 pixels; the channels of pixel p of image n are 10·n + p + (0, 100, 1000).
        Tensor x = Evaluate.Input(2, 3, 2, 3);
        float[] given = [.. from n in Enumerable.Range(0, 2) from offset in new[] { 0, 100, 1000 } from p in Enumerable.Range(0, 6) select (float)(10 * n + p + offset)];
        float[] rgb = Evaluate.Of(Colour.Correlate(x), (x, given));
        for (int n = 0; n < 2; n++)
            for (int p = 0; p < 6; p++)
            {
                double t = 10 * n + p;
                Assert.Equal(0.56283 * t + 0.19483 * (t + 100) + 0.04329 * (t + 1000), rgb[n * 18 + p], 0.02);
                Assert.Equal(0.58448 * t - 0.10824 * (t + 1000), rgb[n * 18 + 6 + p], 0.02);
                Assert.Equal(0.58448 * t - 0.19483 * (t + 100) + 0.06494 * (t + 1000), rgb[n * 18 + 12 + p], 0.02);
            }
    }

    [Fact]
    public void Images_that_are_not_in_colour_stay_as_they_are()
    {
        Tensor grey = Evaluate.Input(2, 1, 5, 7);
        Assert.Same(grey, Colour.Correlate(grey));
    }
}
