using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

public sealed class SharedTests
{
    private static readonly Shape Images = new(3, 3, 33, 50);

    [Fact]
    public void The_coarse_parts_are_a_half_to_a_sixteenth_of_the_size()
    {
        ParameterizedImage image = new Shared(new Fourier()).Build(Images, seed: 1);
        Assert.Equal([new Shape(2, 3, 3, 33, 26), new Shape(1, 3, 16, 25), new Shape(1, 3, 8, 12), new Shape(1, 3, 4, 6), new Shape(2, 3, 4, 6), new Shape(1, 3, 2, 3), new Shape(2, 3, 2, 3)],
            image.Parameters.Select(parameter => parameter.Values.Shape));
        Assert.Equal([1, null, null, null, 0, null, 0], image.Parameters.Select(parameter => parameter.BatchAxis));
        Assert.Equal(Images, image.Image.Shape);
    }

    [Fact]
    public void Without_coarse_parts_an_image_is_that_of_its_own_part()
    {
        var own = new Fourier(Decay: 1.25f, Contrast: 1);
        ParameterizedImage image = new Shared(own).Build(Images, seed: 4);
        foreach (ImageParameter coarse in image.Parameters.Skip(1)) Set(coarse, _ => 0);
        Assert.Equal(Evaluate.Of(own.Build(Images, seed: 4).Image), Evaluate.Of(image.Image));
    }

    [Theory]
    [InlineData(1, 1, 1, 1)]          // of one for all: every image is changed alike
    [InlineData(4, 1, 0.5f, 0)]       // of the first of a pair: the first image wholly, the middle one by half, the last one not
    public void What_is_shared_is_seen_in_the_images_that_share_it(int parameter, float first, float middle, float last)
    {
        var own = new Fourier(StandardDeviation: 0, Decorrelate: false);
        ParameterizedImage image = new Shared(own).Build(Images, seed: 4);
        int copies = image.Parameters[parameter].Values.Shape[0], length = image.Parameters[parameter].Values.Shape.Count;
        Set(image.Parameters[parameter], i => i < length / copies ? 2 : 0);
        float[] pixels = Evaluate.Of(image.Image);
        float[] shares = [first, middle, last];
        for (int i = 0; i < pixels.Length; i++) Assert.Equal(1 / (1 + MathF.Exp(-2 * shares[i / (3 * 33 * 50)])), pixels[i], 1e-5f);
    }

    [Fact]
    public void The_limit_of_the_contrast_is_that_of_the_sum()
    {
        ParameterizedImage image = new Shared(new Fourier(StandardDeviation: 0, Decorrelate: false, Contrast: 1)).Build(Images, seed: 4);
        Set(image.Parameters[1], i => i % 2 == 0 ? 5 : -5);
        float[] pixels = Evaluate.Of(image.Image);
        double square = pixels.Average(x => Math.Pow(Math.Log(x / (1 - x)), 2));
        Assert.Equal(1, Math.Sqrt(square), 1e-3);
    }

    [Theory]
    [InlineData(33, 50)]
    [InlineData(8, 12)]
    [InlineData(5, 3)]
    public void The_parameters_of_a_picture_make_the_picture(int height, int width)
    {
        ParameterizedImage image = new Shared(new Fourier()).Build(new Shape(2, 3, height, width), seed: 1);
        float[] picture = Evaluate.Numbers(2 * 3 * height * width, seed: 5, low: 0.02f, high: 0.98f);
        Tensor input = Evaluate.Input(2, 3, height, width);
        Tensor[] values = [.. image.Inverse!(input)];
        Assert.Equal(image.Parameters.Select(parameter => parameter.Values.Shape), values.Select(value => value.Shape));
        float[][] found = Evaluate.All(values, (input, picture));
        for (int p = 0; p < found.Length; p++) found[p].CopyTo(((Parameter)image.Parameters[p].Values.Operator).Values, 0);
        float[] made = Evaluate.Of(image.Image);
        for (int i = 0; i < made.Length; i++) Assert.Equal(picture[i], made[i], 2e-4f);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.1f)]
    public void The_gradient_agrees_with_central_differences(float contrast)
    {
        var shape = new Shape(3, 3, 9, 6);
        ParameterizedImage image = new Shared(new Fourier(StandardDeviation: 0.5f, Contrast: contrast)).Build(shape, seed: 9);
        Tensor value = (image.Image * Tensor.Constant(shape, Evaluate.Numbers(shape.Count, seed: 2))).Sum();
        Tensor[] parameters = [.. image.Parameters.Select(parameter => parameter.Values)];
        float[][] gradients = Evaluate.All([.. Gradients.Of(value, parameters)]);
        for (int p = 0; p < parameters.Length; p++)
        {
            float[] values = ((Parameter)parameters[p].Operator).Values;
            for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / 7))
            {
                const float h = 1e-2f;
                float at = values[i];
                values[i] = at + h;
                float up = Evaluate.Of(value)[0];
                values[i] = at - h;
                float down = Evaluate.Of(value)[0];
                values[i] = at;
                // The sum of 486 products has an error of about 1e-6, and the third derivative one of about 1e-4 of the gradient.
                Assert.Equal((up - down) / (2 * h), gradients[p][i], 2e-3f);
            }
        }
    }

    [Fact]
    public void Starts_of_the_same_seed_are_the_same_and_of_parts_of_one_size_are_not()
    {
        float[][] Start(ulong seed) => [.. new Shared(new Fourier()).Build(Images, seed).Parameters.Select(parameter => ((Parameter)parameter.Values.Operator).Values)];
        Assert.Equal(Start(3), Start(3));
        Assert.NotEqual(Start(3)[3], Start(4)[3]);
        Assert.NotEqual(Start(3)[3], Start(3)[4][..Start(3)[3].Length]);
        float[] expected = new float[Start(3)[0].Length];
        new RandomStream(3, 0, "spectrum").FillNormal(expected, 0.01f);
        Assert.Equal(expected, Start(3)[0]);
    }

    [Fact]
    public void Only_a_spectrum_can_be_the_own_part()
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Phosphene.Recipes.Texts.Parameterizations.Parse("shared(pixels())"));
        Assert.Equal(("A fourier(...) is expected for the own of shared(; no other image is a sum that can be shared.", 7), (error.Message, error.Position));
    }

    private static void Set(ImageParameter parameter, Func<int, float> value)
    {
        float[] values = ((Parameter)parameter.Values.Operator).Values;
        for (int i = 0; i < values.Length; i++) values[i] = value(i);
    }
}
