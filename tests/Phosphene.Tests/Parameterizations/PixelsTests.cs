using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class PixelsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_image_is_the_sigmoid_of_its_pixels_in_place(bool decorrelate)
    {
        (Tensor image, Tensor parameter, float[] x) = Start(decorrelate);
        Assert.Equal(new Shape(2, 3, 5, 7), image.Shape);
        Assert.Equal(image.Shape, parameter.Shape);
        double[] expected = Reference(x, decorrelate);
        float[] pixels = Evaluate.Of(image);
        for (int i = 0; i < pixels.Length; i++) Assert.Equal(expected[i], pixels[i], 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_agrees_with_central_differences(bool decorrelate)
    {
        (Tensor image, Tensor parameter, float[] x) = Start(decorrelate);
        float[] probe = Evaluate.Numbers(x.Length, seed: 8);
        float[] gradient = Evaluate.Of(Gradients.Of((image * Tensor.Constant(image.Shape, probe)).Sum(), [parameter])[0]);
        for (int at = 0; at < x.Length; at += 11)
        {
            double difference = (Probed(at, 1e-3f) - Probed(at, -1e-3f)) / 2e-3;
            // The step itself is a rounded float of about 1e-3: the difference is right to 1e-4 of it.
            Assert.Equal(difference, gradient[at], 1e-4);
        }

        double Probed(int at, float step)
        {
            float[] moved = [.. x];
            moved[at] += step;
            return Reference(moved, decorrelate).Zip(probe, (value, p) => value * p).Sum();
        }
    }

    [Fact]
    public void Clipped_pixels_are_themselves_within_0_and_1_and_keep_their_gradient_beyond()
    {
        ParameterizedImage start = new Pixels(Clip: true).Build(new Shape(1, 3, 1, 2), seed: 3);
        Tensor parameter = start.Parameters.Single().Values;
        new float[] { -0.75f, -0.25f, 0, 0.25f, 0.5f, 0.75f }.CopyTo(((Parameter)parameter.Operator).Values, 0);
        Assert.Equal([0, 0.25f, 0.5f, 0.75f, 1, 1], Evaluate.Of(start.Image));
        Assert.Equal([1, 1, 1, 1, 1, 1], Evaluate.Of(Gradients.Of(start.Image.Sum(), [parameter])[0]));
    }

    [Fact]
    public void A_start_is_grey_with_a_little_noise_from_the_seed()
    {
        Shape shape = new(1, 3, 33, 50);
        float[] Of(ulong seed) => Evaluate.Of(new Pixels().Build(shape, seed).Image);
        float[] image = Of(1);
        Assert.Equal(0.5, image.Average(), 0.0002);
        // sigmoid'(0) = 1/4 of the deviation 0.01.
        Assert.Equal(0.0025, Math.Sqrt(image.Average(p => Math.Pow(p - 0.5, 2))), 0.0001);
        Assert.Equal(image, Of(1));
        Assert.NotEqual(image, Of(2));
    }

    private static (Tensor Image, Tensor Parameter, float[] Values) Start(bool decorrelate)
    {
        ParameterizedImage start = new Pixels(StandardDeviation: 1, Decorrelate: decorrelate).Build(new Shape(2, 3, 5, 7), seed: 3);
        Tensor parameter = start.Parameters.Single().Values;
        return (start.Image, parameter, ((Parameter)parameter.Operator).Values);
    }

    private static double[] Reference(float[] x, bool decorrelate)
    {
        double[] planes = [.. x.Select(value => (double)value)];
        for (int i = 0; decorrelate && i < planes.Length; i++)
        {
            int pixel = i / 105 * 105 + i % 35, row = i / 35 % 3;
            planes[i] = Enumerable.Range(0, 3).Sum(k => (double)Colour.Matrix[3 * row + k] * x[pixel + 35 * k]);
        }
        return [.. planes.Select(value => 1 / (1 + Math.Exp(-value)))];
    }
}
