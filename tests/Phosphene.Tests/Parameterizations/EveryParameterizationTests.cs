using Phosphene.Images;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Tests.Images;
using Xunit;

namespace Phosphene.Tests.Parameterizations;

/// <summary>What is true of every parameterization that needs no model of its own, by its text; {s} is a file of statistics.</summary>
public sealed class EveryParameterizationTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-images-").FullName;

    public EveryParameterizationTests() => ImageStatisticsTests.Of(8, (fy, fx) => 1 / Math.Max(0.1, double.Hypot(fy, 1.5 * fx))).Save(Statistics);

    private string Statistics => Path.Combine(_folder, "s.safetensors");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private IParameterization Parse(string text) => Texts.Parameterizations.Parse(text.Replace("{s}", $"'{Statistics}'", StringComparison.Ordinal));

    public static TheoryData<string> All =>
    [
        "fourier(0.5)", "fourier(0.5, statistics: {s})", "pixels(0.5)", "shared(fourier(0.5))", "pyramid(standardDeviation: 0.5)", "pyramid(6, 0.5, nearest: true, power: 0.1)", "pyramid(1, 0.5, false)",
        "cppn(3, 5)", "cppn(2, 4, true)", "maco({s})", "maco()", "maco({s}, standardize: true)", "alpha(fourier(0.5), penalty: 3)", "alpha(pyramid(standardDeviation: 0.5), background: plain)", "alpha(cppn(2, 4))",
    ];

    private static Parameter[] Parameters(ParameterizedImage image) => [.. image.Parameters.Select(parameter => (Parameter)parameter.Values.Operator)];

    // The last layer of a CPPN starts as zeros, behind which nothing can be seen.
    private static void Fill(ParameterizedImage image)
    {
        foreach (Parameter parameter in Parameters(image))
            if (parameter.Values.All(value => value == 0)) Evaluate.Numbers(parameter.Values.Length, seed: 3).CopyTo(parameter.Values, 0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Images_of_every_number_of_channels_are_made_or_refused_in_a_sentence(string text)
    {
        foreach (int channels in new[] { 1, 2, 3, 4 })
            foreach ((int height, int width) in new[] { (9, 14), (12, 7), (1, 5), (6, 1) })
            {
                var shape = new Shape(2, channels, height, width);
                if (channels is 2 or 4 && (text == "maco()" || text.Contains("{s}", StringComparison.Ordinal)))
                {
                    Assert.EndsWith(".", Assert.Throws<UsageException>(() => Parse(text).Build(shape, 1)).Message, StringComparison.Ordinal);
                    continue;
                }
                ParameterizedImage image = Parse(text).Build(shape, seed: 1);
                Assert.Equal((shape, shape, shape), (image.Image.Shape, image.Seen.Shape, image.Shown.Shape));
                Assert.All(Evaluate.Of(image.Image), value => Assert.InRange(value, 0f, 1f));
            }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_seed_gives_one_start_and_another_seed_another(string text)
    {
        float[][] Start(ulong seed) => [.. Parameters(Parse(text).Build(new Shape(2, 3, 9, 14), seed)).Select(parameter => parameter.Values)];
        Assert.Equal(Start(1), Start(1));
        Assert.NotEqual(Start(1)[0], Start(2)[0]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_images_of_a_batch_start_apart(string text)
    {
        ParameterizedImage image = Parse(text).Build(new Shape(2, 3, 9, 14), seed: 1);
        Fill(image);
        float[] images = Evaluate.Of(image.Image);
        Assert.NotEqual(images[..378], images[378..]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void The_gradient_agrees_with_central_differences(string text)
    {
        var shape = new Shape(2, 3, 9, 6);
        ParameterizedImage image = Parse(text).Build(shape, seed: 9);
        Fill(image);
        Tensor value = (image.Image * Tensor.Constant(shape, Evaluate.Numbers(shape.Count, seed: 2))).Sum();
        Parameter[] parameters = Parameters(image);
        float[][] gradients = Evaluate.All([.. Gradients.Of(value, [.. image.Parameters.Select(parameter => parameter.Values)])]);
        double size = 0;
        for (int p = 0; p < parameters.Length; p++)
        {
            float[] values = parameters[p].Values;
            for (int i = 0; i < values.Length; i += Math.Max(1, values.Length / 7))
            {
                const float h = 1e-2f;
                float at = values[i];
                values[i] = at + h;
                float up = Evaluate.Of(value)[0];
                values[i] = at - h;
                float down = Evaluate.Of(value)[0];
                values[i] = at;
                // The sum of 324 products has an error of about 1e-6, which a difference makes 50 times as large, and the third derivative one of about 1e-4 of the gradient.
                Assert.Equal((up - down) / (2 * h), gradients[p][i], 3e-3f * (1 + Math.Abs(gradients[p][i])));
                size += Math.Abs(gradients[p][i]);
            }
        }
        Assert.True(size > 0.1);
    }

    public static TheoryData<string> Invertible => ["fourier(statistics: {s})", "pyramid()", "pyramid(6, nearest: true)", "pyramid(1, decorrelate: false)", "alpha(fourier())", "alpha(pyramid())"];

    [Theory]
    [MemberData(nameof(Invertible))]
    public void The_parameters_of_a_picture_make_the_picture(string text)
    {
        foreach ((int height, int width) in new[] { (9, 14), (12, 7) })
        {
            ParameterizedImage image = Parse(text).Build(new Shape(2, 3, height, width), seed: 1);
            float[] picture = Evaluate.Numbers(2 * 3 * height * width, seed: 5, low: 0.02f, high: 0.98f);
            Tensor input = Evaluate.Input(2, 3, height, width);
            Tensor[] values = [.. image.Inverse!(input)];
            Assert.Equal(image.Parameters.Select(parameter => parameter.Values.Shape), values.Select(value => value.Shape));
            float[][] found = Evaluate.All(values, (input, picture));
            for (int p = 0; p < found.Length; p++) found[p].CopyTo(Parameters(image)[p].Values, 0);
            // Saved colours are those of the picture; laid over grey, a start is opaque but for half a step of 8 bits.
            foreach ((Tensor made, float tolerance) in new[] { (image.Shown, 3e-4f), (image.Image, text.StartsWith("alpha", StringComparison.Ordinal) ? 2e-3f : 3e-4f) })
                Assert.All(Evaluate.Of(made), (value, i) => Assert.Equal(picture[i], value, tolerance));
        }
    }
}
