using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Tests.Recipes;

public sealed class TextsTests
{
    public static IEnumerable<object[]> Examples => Texts.All.SelectMany(texts => texts.Entries.Select(entry => new object[] { texts.Kind, entry.Example }));

    private static object Parse(string kind, string text) => kind switch
    {
        "objective" => Texts.Objectives.Parse(text),
        "transform" => Texts.Transforms.Parse(text),
        "parameterization" => Texts.Parameterizations.Parse(text),
        "image operator" => Texts.Operators.Parse(text),
        "optimizer" => Texts.Optimizers.Parse(text),
        "layer" => Texts.Layers.Parse(text),
        "direction" => Texts.Directions.Parse(text),
        "start" => Texts.Starts.Parse(text),
        _ => throw new ArgumentException($"There is no test for the texts of a {kind}."),
    };

    private static string Print(string kind, object value) => kind switch
    {
        "objective" => Texts.Objectives.Print((Objective)value),
        "transform" => Texts.Transforms.Print((ITransform)value),
        "image operator" => Texts.Operators.Print((IImageOperator)value),
        "parameterization" => Texts.Parameterizations.Print((IParameterization)value),
        "optimizer" => Texts.Optimizers.Print((IOptimizer)value),
        "layer" => Texts.Layers.Print((Layer)value),
        "direction" => Texts.Directions.Print((Direction)value),
        _ => Texts.Starts.Print((Start)value),
    };

    [Theory]
    [MemberData(nameof(Examples))]
    public void Every_example_reads_and_prints_as_it_stands(string kind, string example) => Assert.Equal(example, Print(kind, Parse(kind, example)));

    [Fact]
    public void What_is_left_out_is_what_the_code_leaves_out()
    {
        Assert.Equal(new Fourier(), Texts.Parameterizations.Parse("fourier"));
        Assert.Equal(new Pixels(), Texts.Parameterizations.Parse("pixels()"));
        Assert.Equal(new Adam(), Texts.Optimizers.Parse("adam"));
        Assert.Equal(Objective.L1(), Objective.Parse("l1()"));
        Assert.Equal(Objective.L2(), Objective.Parse("l2()"));
        Assert.Equal("fourier()", Texts.Parameterizations.Print(new Fourier()));
        Assert.Equal("pixels()", Texts.Parameterizations.Print(new Pixels()));
    }

    [Theory]
    [InlineData("adam(0.05)", 0.05f, 0.9f, 0.999f, 1e-8f)]
    [InlineData("adam(0.1, beta2: 0.99)", 0.1f, 0.9f, 0.99f, 1e-8f)]
    [InlineData("adam(0.1, 0.5, 0.99)", 0.1f, 0.5f, 0.99f, 1e-8f)]
    [InlineData("adam(0, epsilon: 1E-06)", 0f, 0.9f, 0.999f, 1e-6f)]
    public void The_rate_is_always_printed_and_the_rest_where_it_is_unusual(string text, float rate, float beta1, float beta2, float epsilon)
    {
        Assert.Equal(new Adam(rate, beta1, beta2, epsilon), Texts.Optimizers.Parse(text));
        Assert.Equal(text, Texts.Optimizers.Print(new Adam(rate, beta1, beta2, epsilon)));
    }

    [Fact]
    public void A_step_of_one_length_has_a_text_too() => Assert.Equal(new NormalizedAscent(100), Texts.Optimizers.Parse("normalized(100)"));

    [Theory]
    [InlineData("image('photo.jpg', 'abc')", 19, "A SHA-256, 64 hexadecimal digits, is expected for the sha256 of image(; found '''.")]
    [InlineData("image()", 6, "The path of a file is expected for the path of image(; found ')'.")]
    [InlineData("photo.jpg", 0, "There is no start 'photo.jpg'; there are image, images.")]
    public void A_start_is_an_image(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Texts.Starts.Parse(text));
        Assert.Equal((message, position), (error.Message, error.Position));
    }

    [Fact]
    public void A_start_is_known_by_its_hash()
    {
        Assert.Equal(Start.From(new ImageReference("a b.jpg", new string('a', 64))), Texts.Starts.Parse($"image('a b.jpg', '{new string('A', 64)}')"));
        Assert.Equal(Start.From(new ImageReference("a.jpg"), new ImageReference("b.jpg", new string('a', 64))), Texts.Starts.Parse($"images('a.jpg', file('b.jpg', '{new string('A', 64)}'))"));
    }

    [Fact]
    public void Every_word_says_what_it_does_in_one_sentence() =>
        Assert.All(Texts.All.SelectMany(texts => texts.Entries), entry =>
        {
            Assert.EndsWith(".", entry.Description, StringComparison.Ordinal);
            Assert.All(entry.Parameters, parameter => Assert.EndsWith(".", parameter.Description, StringComparison.Ordinal));
            // A value that must be given stands before those that need not be, so that it can be given by its place.
            Assert.Equal(entry.Parameters.OrderByDescending(parameter => parameter.IsRequired), entry.Parameters);
        });
}
