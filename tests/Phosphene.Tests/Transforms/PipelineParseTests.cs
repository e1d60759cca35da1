using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Tests.Transforms;

public sealed class PipelineParseTests
{
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
        { "rotate(-5..5, nearest: true)|scale(1, 2, nearest: true)", Pipeline.Of(new Rotate(Draw.Between(-5, 5), true), new Scale(Draw.OneOf(1, 2), Nearest: true)) },
        { "rotate(-5..5)", Pipeline.Of(new Rotate(Draw.Between(-5, 5))) },
        { "rotate(-10, 0*6, 10)", Pipeline.Of(new Rotate(Draw.OneOf(-10, 0, 0, 0, 0, 0, 0, 10))) },
        { "crop", Pipeline.Of(new Crop()) },
        { "crop(224x160)", Pipeline.Of(new Crop(224, 160)) },
        { "crop(224)", Pipeline.Of(new Crop(224, 224)) },
        { "crop()", Pipeline.Of(new Crop()) },
        { "pad(pixels: 16)", Pipeline.Of(new Pad(16)) },
        { "rotate(degrees: -5..5)|scale(factors:1, 2)", Pipeline.Of(new Rotate(Draw.Between(-5, 5)), new Scale(Draw.OneOf(1, 2))) },
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
    [InlineData("", 0, "A transform is expected, such as pad(16); found the end of the text.")]
    [InlineData("jiter(8)", 0, "There is no transform 'jiter'; did you mean 'jitter'?")]
    [InlineData("pad(4)|xyzzyx", 7, "There is no transform 'xyzzyx'; there are pad, jitter, roll, scale, rotate, shear, flip, crop, resizedCrop, blur, noise, colour, erase, each, none.")]
    [InlineData("pad(4)|none", 7, "'none' stands alone; leave it out of a pipeline with transforms.")]
    [InlineData("none|pad(4)", 0, "'none' stands alone; leave it out of a pipeline with transforms.")]
    [InlineData("pad(4)|", 7, "A transform is expected, such as pad(16); found the end of the text.")]
    [InlineData("pad(4) jitter(3)", 7, "'|' and a transform, or the end, is expected here; found 'jitter'.")]
    [InlineData("pad", 3, "'(' is expected after pad; found the end of the text.")]
    [InlineData("pad()", 4, "An integer, 0 to 1024, is expected for the pixels of pad(; found ')'.")]
    [InlineData("pad(-1)", 4, "An integer, 0 to 1024, is expected for the pixels of pad(; found '-'.")]
    [InlineData("pad(1.5)", 4, "An integer, 0 to 1024, is expected for the pixels of pad(; found '1.5'.")]
    [InlineData("pad(1025)", 4, "An integer, 0 to 1024, is expected for the pixels of pad(; 1025 is outside.")]
    [InlineData("jitter(4, 4)", 8, "')' is expected to close jitter(; found ','.")]
    [InlineData("scale(0)", 6, "A number from 0.01 to 100 is expected for the factors of scale(; 0 is outside.")]
    [InlineData("scale(1, 200)", 9, "A number from 0.01 to 100 is expected for the factors of scale(; 200 is outside.")]
    [InlineData("scale(1.1..0.9)", 6, "A range from a smaller to a larger number is expected for the factors of scale(; 1.1 is larger than 0.9.")]
    [InlineData("scale(0.9.1.1)", 10, "'.' is expected between the ends of a range, as in 0.95..1.05; found '1.1'.")]
    [InlineData("scale(0.9..)", 11, "A number from 0.01 to 100 is expected for the factors of scale(; found ')'.")]
    [InlineData("scale(0.9..1..2)", 12, "',' or ')' is expected after the factors of scale(; found '..2'.")]
    [InlineData("rotate(x)", 7, "A number from -360 to 360 is expected for the degrees of rotate(; found 'x'.")]
    [InlineData("rotate(-361..0)", 7, "A number from -360 to 360 is expected for the degrees of rotate(; -361 is outside.")]
    [InlineData("rotate(0*0)", 9, "An integer, 1 to 1000, is expected for how often the value stands; 0 is outside.")]
    [InlineData("rotate(0*600, 1*600)", 15, "A list to draw from has at most 1000 values.")]
    [InlineData("rotate(1,)", 9, "A number from -360 to 360 is expected for the degrees of rotate(; found ')'.")]
    [InlineData("crop(224y5)", 8, "'x' is expected between the height and the width of the size of crop(, as in 224x160; found 'y5'.")]
    [InlineData("crop(224, 5)", 8, "')' is expected to close crop(; found ','.")]
    [InlineData("pad(16) | 'crop'", 10, "A transform is expected, such as pad(16); found '''.")]
    [InlineData("pad(width: 3)", 4, "pad( has no parameter 'width'; it has pixels, fill.")]
    [InlineData("pad(pixel: 3)", 4, "pad( has no parameter 'pixel'; did you mean 'pixels'?")]
    [InlineData("rotate(-5..5, 7)", 14, "The arguments behind one with a name need theirs, too; nearest: is one.")]
    [InlineData("custom('mirror')", 0, "A custom transform exists only in the code that made it; it cannot be read from text.")]
    [InlineData("crop(0x5)", 5, "An integer, 1 to 16384, is expected for the height of the size of crop(; 0 is outside.")]
    [InlineData("crop(5x99999)", 7, "An integer, 1 to 16384, is expected for the width of the size of crop(; 99999 is outside.")]
    [InlineData("crop(5x5", 8, "')' is expected to close crop(; found the end of the text.")]
    public void An_error_names_what_was_expected_and_where(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Pipeline.Parse(text));
        Assert.Equal((message, position, text), (error.Message, error.Position, error.Text));
    }

    [Fact]
    public void A_transform_of_ones_own_prints_as_what_it_is_and_cannot_be_read()
    {
        string text = Pipeline.Of(new Pad(4), new Mirror()).ToString();
        Assert.Equal("pad(4)|custom('a mirror')", text);
        Assert.Equal(7, Assert.Throws<TextFormatException>(() => Pipeline.Parse(text)).Position);
    }

    private sealed class Mirror : ITransform
    {
        public Runtime.Graphs.Tensor Apply(Runtime.Graphs.Tensor image, RandomVariables random) => image;

        public override string ToString() => "a mirror";
    }

    [Fact]
    public void The_number_of_transforms_is_bounded()
    {
        Assert.Equal(100, Pipeline.Parse(string.Join('|', Enumerable.Repeat("crop", 100))).Transforms.Length);
        Assert.Equal(500, Assert.Throws<TextFormatException>(() => Pipeline.Parse(string.Join('|', Enumerable.Repeat("crop", 101)))).Position);
    }
}
