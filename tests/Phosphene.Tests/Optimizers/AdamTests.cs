using Phosphene.Optimizers;
using Xunit;

namespace Phosphene.Tests.Optimizers;

public sealed class AdamTests
{
    [Theory]
    [InlineData(1, 0.05f, 0.9f, 0.999f, 1e-8f)]
    [InlineData(37, 0.3f, 0.5f, 0.8f, 0.01f)]                        // lengths that leave a tail behind vectors of 4, 8 and 16
    [InlineData(9001, 0.05f, 0.9f, 0.999f, 1e-8f)]                   // more than one part of a parameter
    public void Twenty_steps_agree_with_the_definition_in_double_precision(int length, float rate, float beta1, float beta2, float epsilon)
    {
        using var climb = new Climb(new Adam(rate, beta1, beta2, epsilon), Evaluate.Numbers(length, seed: 1));
        double[] x = [.. climb.Values.Select(value => (double)value)], m = new double[length], v = new double[length];
        for (int step = 1; step <= 20; step++)
        {
            float[] gradient = [.. Evaluate.Numbers(length, seed: 100 * step, low: -1, high: 3)];
            Assert.True(climb.Step(gradient));
            for (int i = 0; i < length; i++)
            {
                m[i] = beta1 * m[i] + (1.0 - beta1) * gradient[i];
                v[i] = beta2 * v[i] + (1.0 - beta2) * gradient[i] * gradient[i];
                x[i] += rate * (m[i] / (1 - Math.Pow(beta1, step))) / (Math.Sqrt(v[i] / (1 - Math.Pow(beta2, step))) + epsilon);
            }
        }
        // 1 - 0.999 in single precision is right to 3e-5, and so is each move of up to 0.3; the values add twenty.
        for (int i = 0; i < length; i++) Assert.Equal(x[i], climb.Values[i], 1e-4);
    }

    [Fact]
    public void The_first_step_is_the_learning_rate_uphill_whatever_the_size_of_the_gradient()
    {
        using var climb = new Climb(new Adam(0.25f), 1, 1, 1, 1, 1);
        climb.Step(3, -3, 1e-3f, -1000, 0);
        float[] expected = [1.25f, 0.75f, 1.25f, 0.75f, 1];
        for (int i = 0; i < 5; i++) Assert.Equal(expected[i], climb.Values[i], 1e-4f);
    }

    [Fact]
    public void It_climbs_to_the_top_of_a_hill()
    {
        using var climb = new Climb(new Adam(0.1f), 0);
        for (int step = 0; step < 400; step++) climb.Step(-2 * (climb.Values[0] - 3));      // the gradient of -(x - 3)²
        Assert.Equal(3, climb.Values[0], 0.01f);
    }

    [Fact]
    public void Two_ascents_do_not_share_their_memory()
    {
        var adam = new Adam();
        using Climb first = new(adam, 0), second = new(adam, 0);
        first.Step(1);
        second.Step(1);
        Assert.Equal(first.Values, second.Values);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e25f)]                                              // whose square is infinite: nothing would ever move again
    public void A_gradient_that_is_no_number_is_told_and_can_be_taken_back(float bad)
    {
        using var climb = new Climb(new Adam(), [.. Enumerable.Range(0, 19).Select(i => (float)i)]);
        float[] gradient = new float[19];
        Array.Fill(gradient, 1);
        Assert.True(climb.Step(gradient));
        float[] good = [.. climb.Values];
        gradient[17] = bad;
        Assert.False(climb.Step(gradient));
        climb.Undo();
        Assert.Equal(good, climb.Values);
    }
}
