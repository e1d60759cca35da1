using Phosphene.Evidence.Statistics;
using Xunit;

namespace Phosphene.Evidence.Tests.Statistics;

public sealed class QuantileTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.3, 3.2)]
    [InlineData(0.5, 4)]
    [InlineData(0.9, 11.6)]
    [InlineData(1, 16)]
    public void A_quantile_lies_between_the_two_nearest(double share, double expected) => Assert.Equal(expected, Quantile.Of([4, 16, 1, 3, 5], share), 1e-12);

    [Fact]
    public void The_median_of_an_even_number_is_the_mean_of_the_two_in_the_middle() => Assert.Equal(2.5, Quantile.Of([9, 1, 3, 2], 0.5), 1e-12);

    [Fact]
    public void One_number_is_each_of_its_quantiles() => Assert.Equal((7.0, 7.0), (Quantile.Of([7], 0), Quantile.Of([7], 0.95)));
}
