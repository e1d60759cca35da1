using Xunit;

namespace Phosphene.Pages.Tests;

public sealed class AxisTests
{
    [Theory]
    [InlineData(0.12, 2.3, "0 0.5 1.0 1.5 2.0 2.5")]
    [InlineData(96.2, 99.4, "96 97 98 99 100")]
    [InlineData(-1.2, 4.2, "−2 0 2 4 6")]
    [InlineData(-900, -100, "−1,000 −800 −600 −400 −200 0")]
    [InlineData(0, 3e-7, "0 10⁻⁷ 2×10⁻⁷ 3×10⁻⁷")]
    [InlineData(0, 40_000_000, "0 10⁷ 2×10⁷ 3×10⁷ 4×10⁷")]
    [InlineData(5, 5, "2 3 4 5 6 7 8")]
    public void An_axis_ends_at_round_numbers(double low, double high, string labels) =>
        Assert.Equal(labels, string.Join(' ', Axis.Round(low, high).Ticks.Select(tick => tick.Label)));

    [Theory]
    [InlineData(0.3, 0.9, "0.2 0.5 1")]
    [InlineData(0.004, 2.3, "0.003 0.01 0.03 0.1 0.3 1 3")]
    [InlineData(1e-9, 2, "10⁻¹⁰ 10⁻⁸ 10⁻⁶ 0.0001 0.01 1 100")]
    [InlineData(7, 7, "2 5 10 20")]
    public void A_logarithmic_axis_ends_at_round_factors(double low, double high, string labels) =>
        Assert.Equal(labels, string.Join(' ', Axis.Logarithmic(low, high).Ticks.Select(tick => tick.Label)));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1e-290, 1)]
    [InlineData(double.MinValue, double.MaxValue)]
    [InlineData(1e16, 1.0000000000000002e16)]
    [InlineData(1e-290, 2e-290)]
    [InlineData(-1e300, 1e-300)]
    public void Numbers_of_any_size_have_a_place_between_the_ends(double low, double high)
    {
        foreach (Axis axis in low > 0 ? new[] { Axis.Round(low, high), Axis.Exact(low, high, 0), Axis.Logarithmic(low, high) } : [Axis.Round(low, high), Axis.Exact(low, high, 0)])
        {
            Assert.InRange(axis.Place(low), -1e-9, 1 + 1e-9);
            Assert.InRange(axis.Place(high), axis.Place(low), 1 + 1e-9);
            Assert.InRange(axis.Ticks.Count, 1, 12);
            Assert.All(axis.Ticks, tick => Assert.InRange(axis.Place(tick.Value), -1e-9, 1 + 1e-9));
        }
    }

    [Theory]
    [InlineData(0.25, "0.25")]
    [InlineData(12.3456, "12.35")]
    [InlineData(-12345, "−12,345")]
    [InlineData(0.00012345, "0.0001235")]
    [InlineData(1e-5, "10⁻⁵")]
    [InlineData(-2.5e-12, "−2.5×10⁻¹²")]
    [InlineData(1e7, "10⁷")]
    [InlineData(double.NaN, "–")]
    [InlineData(double.NegativeInfinity, "−∞")]
    public void Numbers_are_written_as_a_person_does(double value, string text) => Assert.Equal(text, NumberText.Of(value));
}
