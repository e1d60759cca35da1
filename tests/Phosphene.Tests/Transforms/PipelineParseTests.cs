using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Tests.Transforms;

public sealed class PipelineParseTests
{
    [Fact]
    public void What_a_pipeline_prints_is_read_back_as_the_same_pipeline()
    {
        var random = new Random(20171107);
        for (int i = 0; i < 3000; i++)
        {
            Pipeline pipeline = Pipeline.Of([.. Enumerable.Range(0, random.Next(8)).Select(_ => Next(random))]);
            Assert.Equal(pipeline, Pipeline.Parse(pipeline.ToString()));
        }
    }

    public static TheoryData<string, Pipeline> Forms => new()
    {
        { "none", Pipeline.None },
        { " none ", Pipeline.None },
        { "pad(16)", Pipeline.Of(new Pad(16)) },
        { "jitter(0)", Pipeline.Of(new Jitter(0)) },
        { "scale(0.95..1.05)", Pipeline.Of(new Scale(Draw.Between(0.95f, 1.05f))) },
        { "scale(1, 0.975, 1.025)", Pipeline.Of(new Scale(Draw.OneOf(1, 0.975f, 1.025f))) },
        { "scale(1)", Pipeline.Of(new Scale(Draw.OneOf(1))) },
        { "scale(1..1)", Pipeline.Of(new Scale(Draw.Between(1, 1))) },
        { "rotate(-5..5)", Pipeline.Of(new Rotate(Draw.Between(-5, 5))) },
        { "rotate(-10, 0*6, 10)", Pipeline.Of(new Rotate(Draw.OneOf(-10, 0, 0, 0, 0, 0, 0, 10))) },
        { "crop", Pipeline.Of(new Crop()) },
        { "crop(224x160)", Pipeline.Of(new Crop(224, 160)) },
        { " crop ( 224 x 160 ) ", Pipeline.Of(new Crop(224, 160)) },
        { "pad(16)|jitter(16)|scale(0.95..1.05)|rotate(-5..5)|jitter(8)|crop",
            Pipeline.Of(new Pad(16), new Jitter(16), new Scale(Draw.Between(0.95f, 1.05f)), new Rotate(Draw.Between(-5, 5)), new Jitter(8), new Crop()) },
        { "pad( 16 ) | crop", Pipeline.Of(new Pad(16), new Crop()) },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Every_documented_form_is_read(string text, Pipeline expected) => Assert.Equal(expected, Pipeline.Parse(text));

    [Fact]
    public void The_pipelines_of_all_presets_are_read_back() =>
        Assert.All(Recipe.Presets.Values, preset => Assert.Equal(preset.Transforms, Pipeline.Parse(preset.Transforms.ToString())));

    [Theory]
    [InlineData("", 0, "The name of a transform (pad, jitter, scale, rotate, crop) is expected; found the end of the text.")]
    [InlineData("jiter(8)", 0, "'jiter' is not a transform (pad, jitter, scale, rotate, crop); did you mean 'jitter'?")]
    [InlineData("pad(4)|xyzzyx", 7, "'xyzzyx' is not a transform (pad, jitter, scale, rotate, crop).")]
    [InlineData("pad(4)|none", 7, "'none' stands alone; leave it out of a pipeline with transforms.")]
    [InlineData("none|pad(4)", 0, "'none' stands alone; leave it out of a pipeline with transforms.")]
    [InlineData("pad(4)|", 7, "The name of a transform (pad, jitter, scale, rotate, crop) is expected; found the end of the text.")]
    [InlineData("pad(4) jitter(3)", 7, "'|' and another transform, or the end, is expected here; found 'jitter'.")]
    [InlineData("pad", 3, "'(' is expected after pad; found the end of the text.")]
    [InlineData("pad()", 4, "A whole number, 0 to 1024, is expected for the pixels of pad(; found ')'.")]
    [InlineData("pad(-1)", 4, "A whole number, 0 to 1024, is expected for the pixels of pad(; found '-'.")]
    [InlineData("pad(1.5)", 4, "A whole number, 0 to 1024, is expected for the pixels of pad(; found '1.5'.")]
    [InlineData("pad(1025)", 4, "A whole number, 0 to 1024, is expected for the pixels of pad(; 1025 is outside.")]
    [InlineData("jitter(4, 4)", 8, "')' is expected to close jitter(; found ','.")]
    [InlineData("scale(0)", 6, "A number from 0.01 to 100 is expected for a factor of scale(; 0 is outside.")]
    [InlineData("scale(1, 200)", 9, "A number from 0.01 to 100 is expected for a factor of scale(; 200 is outside.")]
    [InlineData("scale(1.1..0.9)", 6, "A range goes from a smaller to a larger number; scale( has 1.1 before 0.9.")]
    [InlineData("scale(0.9.1.1)", 10, "'.' is expected between the ends of a range, as in 0.95..1.05; found '1.1'.")]
    [InlineData("scale(0.9..)", 11, "A number is expected for a factor of scale(; found ')'.")]
    [InlineData("scale(0.9..1..2)", 12, "')' is expected to close scale(; found '..2'.")]
    [InlineData("rotate(x)", 7, "A number is expected for an angle in degrees of rotate(; found 'x'.")]
    [InlineData("rotate(-361..0)", 7, "A number from -360 to 360 is expected for an angle in degrees of rotate(; -361 is outside.")]
    [InlineData("rotate(0*0)", 9, "A whole number, 1 to 1000, is expected for how often the value stands; 0 is outside.")]
    [InlineData("rotate(0*600, 1*600)", 15, "A list to draw from has at most 1000 values.")]
    [InlineData("rotate(1,)", 9, "A number is expected for an angle in degrees of rotate(; found ')'.")]
    [InlineData("crop(224)", 8, "'x' is expected between the height and the width of crop(, as in crop(224x160); found ')'.")]
    [InlineData("crop(0x5)", 5, "A whole number, 1 to 16384, is expected for the height of crop(; 0 is outside.")]
    [InlineData("crop(5x99999)", 7, "A whole number, 1 to 16384, is expected for the width of crop(; 99999 is outside.")]
    [InlineData("crop(5x5", 8, "')' is expected to close crop(; found the end of the text.")]
    public void An_error_names_what_was_expected_and_where(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Pipeline.Parse(text));
        Assert.Equal((message, position, text), (error.Message, error.Position, error.Text));
    }

    [Fact]
    public void The_number_of_transforms_is_bounded()
    {
        Assert.Equal(100, Pipeline.Parse(string.Join('|', Enumerable.Repeat("crop", 100))).Transforms.Length);
        Assert.Equal(500, Assert.Throws<TextFormatException>(() => Pipeline.Parse(string.Join('|', Enumerable.Repeat("crop", 101)))).Position);
    }

    private static ITransform Next(Random random) => random.Next(6) switch
    {
        0 => new Pad(random.Next(1025)),
        1 => new Jitter(random.Next(1025)),
        2 => new Scale(Draws(random, () => 0.01f + 99 * random.NextSingle())),
        3 => new Rotate(Draws(random, () => random.Next(2) == 0 ? random.Next(-360, 361) : 720 * random.NextSingle() - 360)),
        4 => new Crop(),
        _ => new Crop(random.Next(1, 16385), random.Next(1, 16385)),
    };

    private static Draw Draws(Random random, Func<float> value)
    {
        if (random.Next(2) == 0) return Draw.OneOf([.. Enumerable.Range(0, random.Next(1, 5)).SelectMany(_ => Enumerable.Repeat(value(), random.Next(1, 4)))]);
        (float a, float b) = (value(), value());
        return Draw.Between(Math.Min(a, b), Math.Max(a, b));
    }
}
