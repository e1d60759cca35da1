using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Training;

public sealed class LearningRateTests
{
    [Fact]
    public void A_constant_rate_stays() => Assert.All(new long[] { 0, 1, 1_000_000 }, step => Assert.Equal(0.25f, LearningRate.Constant(0.25f).At(step)));

    [Fact]
    public void A_cosine_rises_to_its_peak_and_falls_to_its_end()
    {
        LearningRate rate = LearningRate.Cosine(1, steps: 14, warmUp: 4, final: 0.2f);
        Assert.Equal([0.25f, 0.5f, 0.75f, 1], Enumerable.Range(0, 4).Select(step => rate.At(step)));
        Assert.Equal(1, rate.At(4));
        Assert.Equal(0.6f, rate.At(9), 6);                               // halfway
        Assert.Equal(0.2f, rate.At(14), 6);
        Assert.Equal(0.2f, rate.At(1000), 6);
        Assert.All(Enumerable.Range(4, 10), step => Assert.True(rate.At(step + 1) < rate.At(step)));
    }
}
