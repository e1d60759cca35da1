using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class PyramidTests
{
    [Fact]
    public void Levels_are_each_half_as_large_and_at_least_a_pixel()
    {
        ParameterizedImage image = new Pyramid(Levels: 5).Build(new Shape(2, 3, 33, 10), seed: 1);
        Assert.Equal([new Shape(2, 3, 33, 10), new Shape(2, 3, 16, 5), new Shape(2, 3, 8, 2), new Shape(2, 3, 4, 1), new Shape(2, 3, 2, 1)], image.Parameters.Select(parameter => parameter.Values.Shape));
    }

    [Theory]
    [InlineData(false, 0.25f, 0.75f)]
    [InlineData(true, 0, 1)]
    public void A_level_is_enlarged_linearly_or_by_repetition(bool nearest, float second, float third)
    {
        ParameterizedImage image = new Pyramid(2, 0, Decorrelate: false, nearest).Build(new Shape(1, 1, 2, 4), seed: 1);
        new float[] { 0, 1 }.CopyTo(((Parameter)image.Parameters[1].Values.Operator).Values, 0);         // of 1 x 2 pixels
        float[] expected = [0, second, third, 1];
        Assert.All(Evaluate.Of(image.Image), (value, i) => Assert.Equal(1 / (1 + MathF.Exp(-expected[i % 4])), value, 1e-5f));
    }

    [Fact]
    public void Levels_start_weaker_the_finer_they_are()
    {
        ParameterizedImage image = new Pyramid(3, 0.5f, Power: 1).Build(new Shape(4, 3, 64, 48), seed: 1);
        double[] deviations = [.. image.Parameters.Select(parameter => Math.Sqrt(((Parameter)parameter.Values.Operator).Values.Average(value => (double)value * value)))];
        // 2,304 draws in the coarsest: right to 1.5 %.
        Assert.Equal(0.125, deviations[0], 0.005);
        Assert.Equal(0.25, deviations[1], 0.01);
        Assert.Equal(0.5, deviations[2], 0.025);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    public void A_pyramid_of_no_or_too_many_levels_is_refused(int levels) => Assert.Throws<UsageException>(() => new Pyramid(levels).Build(new Shape(1, 3, 8, 8), 0));
}
