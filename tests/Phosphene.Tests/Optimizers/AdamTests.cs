using Phosphene.Optimizers;
using Xunit;

namespace Phosphene.Tests.Optimizers;

public sealed class AdamTests
{
    [Theory]
    [InlineData(0.05f, 0.9f, 0.999f, 1e-8f)]
    [InlineData(0.3f, 0.5f, 0.8f, 0.01f)]
    public void Twenty_steps_agree_with_the_definition_in_double_precision(float rate, float beta1, float beta2, float epsilon)
    {
        // Lengths that leave a tail behind vectors of 4, 8 and 16.
        int[] lengths = [1, 37, 64];
        IOptimizerState state = new Adam(rate, beta1, beta2, epsilon).Start(lengths);
        float[][] values = [.. lengths.Select((length, i) => Evaluate.Numbers(length, seed: i))];
        double[][] x = [.. values.Select(v => v.Select(value => (double)value).ToArray())], m = Zeros(lengths), v = Zeros(lengths);
        for (int step = 1; step <= 20; step++)
        {
            state.Next();
            for (int p = 0; p < lengths.Length; p++)
            {
                float[] gradient = [.. Evaluate.Numbers(lengths[p], seed: 100 * step + p, low: -1, high: 3).Select(g => g * MathF.Pow(10, p - 1))];
                state.Ascend(p, 0, values[p], gradient);
                for (int i = 0; i < lengths[p]; i++)
                {
                    m[p][i] = beta1 * m[p][i] + (1.0 - beta1) * gradient[i];
                    v[p][i] = beta2 * v[p][i] + (1.0 - beta2) * gradient[i] * gradient[i];
                    x[p][i] += rate * (m[p][i] / (1 - Math.Pow(beta1, step))) / (Math.Sqrt(v[p][i] / (1 - Math.Pow(beta2, step))) + epsilon);
                }
            }
        }
        for (int p = 0; p < lengths.Length; p++)
            // 1 - 0.999 in single precision is right to 3e-5, and so is each move of up to 0.3; the values add twenty.
            for (int i = 0; i < lengths[p]; i++) Assert.Equal(x[p][i], values[p][i], 1e-4);
    }

    [Fact]
    public void The_first_step_is_the_learning_rate_uphill_whatever_the_size_of_the_gradient()
    {
        float[] values = [1, 1, 1, 1, 1];
        IOptimizerState state = new Adam(0.25f).Start([5]);
        state.Next();
        state.Ascend(0, 0, values, [3, -3, 1e-3f, -1000, 0]);
        float[] expected = [1.25f, 0.75f, 1.25f, 0.75f, 1];
        for (int i = 0; i < 5; i++) Assert.Equal(expected[i], values[i], 1e-4f);
    }

    [Fact]
    public void It_climbs_to_the_top_of_a_hill()
    {
        // The gradient of -(x - 3)².
        float[] x = [0];
        IOptimizerState state = new Adam(0.1f).Start([1]);
        for (int step = 0; step < 400; step++)
        {
            state.Next();
            state.Ascend(0, 0, x, [-2 * (x[0] - 3)]);
        }
        Assert.Equal(3, x[0], 0.01f);
    }

    [Fact]
    public void Two_ascents_do_not_share_their_memory()
    {
        var adam = new Adam();
        float[] first = [0], second = [0];
        IOptimizerState a = adam.Start([1]), b = adam.Start([1]);
        a.Next();
        a.Ascend(0, 0, first, [1]);
        b.Next();
        b.Ascend(0, 0, second, [1]);
        Assert.Equal(first, second);
    }

    private static double[][] Zeros(int[] lengths) => [.. lengths.Select(length => new double[length])];
}
