using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class AlignmentObjectiveTests
{
    private static readonly Shape Four = new(4, 1, 1, 1);
    private static readonly float[] Values = [0, 1, 3, 6];

    [Fact]
    public void Neighbours_at_every_distance_count_the_farther_the_less() =>
        // Distance 1: (1 + 4 + 9) / 2, distance 2: (9 + 25) / 4, distance 3: 36 / 8.
        Assert.Equal([-20], Known.Value(Objective.Alignment("a"), Four, Values));

    [Fact]
    public void Its_ratio_and_reach_can_be_chosen() =>
        Assert.Equal(-14 / 5f, Known.Value(Objective.Alignment("a", ratio: 5, reach: 1), Four, Values)[0], 1e-6f);

    [Fact]
    public void In_a_grid_rows_and_columns_are_aligned_and_not_the_end_of_a_row_with_the_next() =>
        // Rows 0 1 and 3 6: along them 1 + 9, along the columns 9 + 25.
        Assert.Equal([-22], Known.Value(Objective.Alignment("a", columns: 2), Four, Values));

    [Fact]
    public void A_difference_is_the_mean_over_channels_and_positions() =>
        Assert.Equal(-(4f + 0 + 16 + 0 + 0 + 36) / 6 / 2, Known.Value(Objective.Alignment("a"), new Shape(2, 2, 1, 3), [1, 2, 3, 4, 5, 6, 3, 2, -1, 4, 5, 0])[0], 1e-5f);

    [Fact]
    public void It_is_greatest_where_all_images_are_alike() =>
        Assert.Equal([0], Known.Value(Objective.Alignment("a"), new Shape(3, 2, 1, 1), [1, 2, 1, 2, 1, 2]));

    [Theory]
    [InlineData(null)]
    [InlineData(3)]
    public void A_step_along_its_gradient_which_agrees_with_central_differences_brings_images_together(int? columns)
    {
        Objective align = Objective.Alignment("a", ratio: 1.5f, reach: 2, columns);
        var shape = new Shape(6, 2, 1, 3);
        float[] numbers = Evaluate.Numbers(36, seed: 4), gradient = Known.Gradient(align, shape, numbers);
        Assert.True(Known.Value(align, shape, [.. numbers.Zip(gradient, (x, g) => x + 0.01f * g)])[0] > Known.Value(align, shape, numbers)[0]);
        double[] values = [.. numbers.Select(x => (double)x)];
        for (int i = 0; i < 36; i++)
        {
            const double h = 1e-4;
            double[] up = [.. values], down = [.. values];
            (up[i], down[i]) = (up[i] + h, down[i] - h);
            Assert.Equal((Reference(up, columns ?? 6) - Reference(down, columns ?? 6)) / (2 * h), gradient[i], 1e-5);
        }
    }

    [Fact]
    public void What_is_aligned_weighs_differences_by_what_it_reaches_over_the_strength_of_the_layer_and_takes_no_gradient_of_that()
    {
        // The mean is 2.5 and that of the squares 46 / 4, so that the alignment of -20 weighs 0.1 · 2.5 / 11.5.
        Objective channel = Objective.Channel("a", 0), aligned = Objective.Aligned(channel, "a", 0.1f);
        float weight = 0.1f * 2.5f / 11.5f;
        Assert.All(Known.Value(aligned, Four, Values), (value, n) => Assert.Equal(Values[n] - 20 * weight, value, 1e-5f));
        float[] expected = Known.Gradient(channel + weight * Objective.Alignment("a"), Four, Values);
        Assert.All(Known.Gradient(aligned, Four, Values), (g, i) => Assert.Equal(expected[i], g, 1e-6f));
        Assert.All(Known.Gradient(aligned, Four, new float[4]), g => Assert.True(float.IsFinite(g)));
    }

    [Theory]
    [InlineData("align(a)", 1, "'align(a)' compares the images of a batch, and sees one; give a batch of 2 or more (--batch 4), and add it to each(...) rather than write it inside.")]
    [InlineData("align(a, columns: 3)", 8, "'align(a, columns: 3)' takes the batch as rows of 3 images, and it has 8; give a batch of a multiple of 3.")]
    public void A_batch_that_does_not_fit_is_refused(string text, int images, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => Objective.Parse(text).Build(Known.Of(new Shape(images, 2, 3, 4)))).Message);

    [Fact]
    public void Numbers_out_of_range_are_refused() =>
        Assert.Equal("An alignment needs a ratio, a reach and columns of at least 1; got 0.5, 4 and none.", Assert.Throws<UsageException>(() => Objective.Alignment("a", 0.5f)).Message);

    private static double Reference(double[] values, int columns)
    {
        double sum = 0;
        for (int m = 0; m < 6; m++)
            for (int n = m + 1; n < 6; n++)
            {
                bool inRow = m / columns == n / columns, inColumn = m % columns == n % columns;
                int distance = inRow ? n - m : inColumn ? n / columns - m / columns : 0;
                if (distance is 1 or 2) sum += Enumerable.Range(0, 6).Sum(i => Math.Pow(values[6 * m + i] - values[6 * n + i], 2)) / 6 / Math.Pow(1.5, distance);
            }
        return -sum;
    }
}
