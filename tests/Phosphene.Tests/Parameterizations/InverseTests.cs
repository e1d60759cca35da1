using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

/// <summary>Starts from a picture: the parameters that make it.</summary>
public sealed class InverseTests
{
    public static TheoryData<IParameterization, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<IParameterization, int, int>();
            foreach (IParameterization parameterization in new IParameterization[] { new Pixels(), new Pixels(Decorrelate: true), new Fourier(), new Fourier(Decay: 1.5f, Decorrelate: false), new Fourier(Contrast: 2), new Pixels(Clip: true) })
                foreach ((int height, int width) in new[] { (8, 12), (9, 14), (12, 9), (7, 7) }) cases.Add(parameterization, height, width);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_parameters_of_a_picture_make_the_picture(IParameterization parameterization, int height, int width)
    {
        ParameterizedImage image = parameterization.Build(new Shape(2, 3, height, width), seed: 1);
        float[] picture = Evaluate.Numbers(2 * 3 * height * width, seed: 5, low: 0.02f, high: 0.98f);
        Tensor input = Evaluate.Input(2, 3, height, width), values = image.Inverse!(input).Single();
        var parameter = (Parameter)image.Parameters.Single().Values.Operator;
        Assert.Equal(parameter.Shape, values.Shape);
        Evaluate.Of(values, (input, picture)).CopyTo(parameter.Values, 0);
        float[] made = Evaluate.Of(image.Image);
        for (int i = 0; i < made.Length; i++) Assert.Equal(picture[i], made[i], 2e-4f);
    }

    [Fact]
    public void A_picture_with_too_much_contrast_becomes_one_with_as_much_as_there_may_be()
    {
        // Dark and light by turns, 0.9 = sigmoid(2.197): the same picture with a contrast of 1 has 0.731 = sigmoid(1).
        ParameterizedImage image = new Fourier(Contrast: 1).Build(new Shape(1, 3, 4, 6), seed: 1);
        float[] picture = [.. Enumerable.Range(0, 72).Select(i => i % 2 == 0 ? 0.1f : 0.9f)];
        Tensor input = Evaluate.Input(1, 3, 4, 6);
        Evaluate.Of(image.Inverse!(input).Single(), (input, picture)).CopyTo(((Parameter)image.Parameters.Single().Values.Operator).Values, 0);
        Assert.All(Evaluate.Of(image.Image), (x, i) => Assert.Equal(i % 2 == 0 ? 0.26894f : 0.73106f, x, 1e-4f));
    }

    [Fact]
    public void A_limit_of_the_contrast_is_as_wide_as_a_start_needs()
    {
        float[] picture = [.. Enumerable.Range(0, 72).Select(i => i % 2 == 0 ? 0.1f : 0.9f)];
        Assert.Equal(2.1972f, ((Fourier)new Fourier(Contrast: 1).WideEnoughFor(picture)).Contrast, 1e-3f);
        Assert.Equal(new Fourier(Contrast: 3), new Fourier(Contrast: 3).WideEnoughFor(picture));
        Assert.Equal(new Fourier(), new Fourier().WideEnoughFor(picture));
        Assert.Equal(new Pixels(), ((IParameterization)new Pixels()).WideEnoughFor(picture));
    }

    [Fact]
    public void Black_and_white_become_the_darkest_and_lightest_that_can_still_be_moved()
    {
        ParameterizedImage image = new Pixels().Build(new Shape(1, 3, 1, 2), seed: 1);
        Tensor input = Evaluate.Input(1, 3, 1, 2);
        float[] values = Evaluate.Of(image.Inverse!(input).Single(), (input, [0, 1, 0, 1, 0, 1]));
        Assert.Equal(-values[0], values[1], 1e-3f);
        Assert.InRange(values[1], 6, 6.5f);                          // log(1 / 0.002)
    }
}
