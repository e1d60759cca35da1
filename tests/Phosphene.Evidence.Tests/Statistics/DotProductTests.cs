using Phosphene.Evidence.Statistics;
using Xunit;

namespace Phosphene.Evidence.Tests.Statistics;

public sealed class DotProductTests
{
    // No vector, tails after any vector, and more than one part.
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(37)]
    [InlineData(5003)]
    public void A_product_is_that_of_the_definition(int length)
    {
        float[] a = [.. Enumerable.Range(0, length).Select(i => MathF.Sin(i) + 1)], b = [.. Enumerable.Range(0, length).Select(i => MathF.Cos(3 * i) + 0.5f)];
        double expected = a.Zip(b, (x, y) => (double)x * y).Sum();
        Assert.Equal(expected, DotProduct.Of(a, b), 1e-6 * Math.Max(1, expected));
    }
}
