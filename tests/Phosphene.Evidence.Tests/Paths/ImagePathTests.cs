using Phosphene.Evidence.Paths;
using Phosphene.Tests;
using Xunit;

namespace Phosphene.Evidence.Tests.Paths;

public sealed class ImagePathTests
{
    [Fact]
    public void A_rank_correlation_by_hand()
    {
        // Ranks 0, 1, 2, 3 and 0, 2, 1, 3: 1 - 6·(1 + 1) / (4·15).
        ImagePath a = ImagePath.Of([1f, 10, 100, 1000]), b = ImagePath.Of([-3f, 5, 2, 7]);
        Assert.Equal(0.8, a.Correlation(b, 0), 1e-6);
        Assert.Equal(1, a.Correlation(a, 0), 1e-6);
        Assert.Equal(-1, a.Correlation(ImagePath.Of([4f, 3, 2, 1]), 0), 1e-6);
    }

    [Fact]
    public void Equals_share_the_mean_of_their_ranks()
    {
        // Ranks 0.5, 0.5, 2, 3 and 0, 1, 2, 3 less 1.5: (1.5 + 0.5 + 0.25 + 2.25) / √(4.5 · 5).
        Assert.Equal(4.5 / Math.Sqrt(4.5 * 5), ImagePath.Of([0f, 0, 2, 7]).Correlation(ImagePath.Of([1f, 2, 3, 4]), 0), 1e-6);
    }

    [Fact]
    public void What_is_constant_correlates_with_nothing() => Assert.Equal(0, ImagePath.Of([2f, 2, 2]).Correlation(ImagePath.Of([1f, 2, 3]), 0));

    // More than one part of the sum, and a tail.
    [Theory]
    [InlineData(5)]
    [InlineData(2051)]
    public void It_agrees_with_the_definition_in_double_precision(int count)
    {
        // Many equals, as behind a ReLU.
        float[] a = [.. Evaluate.Numbers(count, 1).Select(value => Math.Max(0, MathF.Round(20 * value)))], b = [.. Evaluate.Numbers(count, 2).Zip(a, (value, other) => Math.Max(0, MathF.Round(9 * value) + other))];
        Assert.Equal(Pearson(Ranks(a), Ranks(b)), ImagePath.Of([7f, 8, 9], a).Correlation(ImagePath.Of([7f, 8, 9], b), 1), 1e-5);
    }

    [Fact]
    public void Paths_through_other_networks_are_not_compared()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ImagePath.Of([1f, 2]).Correlation(ImagePath.Of([1f, 2, 3]), 0));
        Assert.StartsWith("Layer 0 of one path has 2 activations and of the other 3; compare paths through one network.", error.Message, StringComparison.Ordinal);
    }

    private static double[] Ranks(float[] values) => [.. values.Select(value => values.Count(other => other < value) + (values.Count(other => other == value) - 1) / 2.0)];

    private static double Pearson(double[] a, double[] b)
    {
        (double meanA, double meanB) = (a.Average(), b.Average());
        return a.Zip(b, (x, y) => (x - meanA) * (y - meanB)).Sum() / Math.Sqrt(a.Sum(x => (x - meanA) * (x - meanA)) * b.Sum(y => (y - meanB) * (y - meanB)));
    }
}
