using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class PreprocessingTests
{
    // Red 0.2, green 0.4, blue 0.8.
    [Theory]
    [InlineData("unit", 0.2, 0.4, 0.8)]
    [InlineData("caffe", 204 - 104, 102 - 117, 51 - 123)]
    [InlineData("imagenet", (0.2 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (0.8 - 0.406) / 0.225)]
    [InlineData("signed", -0.6, -0.2, 0.6)]
    [InlineData("inception", 51 - 117, 102 - 117, 204 - 117)]
    [InlineData("bgr*10-(1,2,3)/(2,4,5)", (8 - 1) / 2.0, (4 - 2) / 4.0, (2 - 3) / 5.0)]
    [InlineData("rgb/(0.5,0.25,2)", 0.4, 1.6, 0.4)]
    [InlineData("bgr", 0.8, 0.4, 0.2)]
    [InlineData(" RGB * 2 - ( -1 , 0 , 1e-1 ) ", 1.4, 0.8, 1.5)]
    public void A_pixel_becomes_what_the_model_was_trained_on(string text, double first, double second, double third)
    {
        // Two images of 1 x 2 pixels: the first pixel is the one above, the others are black.
        Tensor x = Evaluate.Input(2, 3, 1, 2);
        float[] seen = Evaluate.Of(Preprocessing.Parse(text).Apply(x), (x, [0.2f, 0, 0.4f, 0, 0.8f, 0, 0, 0, 0, 0, 0, 0]));
        double[] expected = [first, second, third];
        // Numbers up to 255 in single precision.
        for (int c = 0; c < 3; c++) Assert.Equal(expected[c], seen[2 * c], 1e-4);
        for (int c = 0; c < 3; c++) Assert.Equal(seen[2 * c + 1], seen[6 + 2 * c], 1e-4f);
    }

    [Theory]
    [InlineData("caffe")]
    [InlineData("imagenet")]
    [InlineData("signed")]
    [InlineData("inception")]
    [InlineData("unit")]
    public void A_name_is_printed_as_it_was_read(string name) => Assert.Equal(name, Preprocessing.Parse(name.ToUpperInvariant()).ToString());

    [Fact]
    public void The_names_are_all_known() => Assert.Equal(["caffe", "imagenet", "inception", "signed", "unit"], Preprocessing.Names.Order());

    [Theory]
    [InlineData("bgr*255-(104,117,123)/(1,1,1)", "caffe")]
    [InlineData("rgb", "unit")]
    [InlineData("bgr*255-(103.939,116.779,123.68)", "bgr*255-(103.939,116.779,123.68)/(1,1,1)")]
    [InlineData("rgb*1.5-(1e-05,-2,3)/(4,-5,6)", "rgb*1.5-(1E-05,-2,3)/(4,-5,6)")]
    [InlineData("grey-(0.13)/(0.31)", "grey*1-(0.13)/(0.31)")]
    [InlineData("channels*2-(1,2,3,4)/(5,6,7,8)", "channels*2-(1,2,3,4)/(5,6,7,8)")]
    [InlineData("channels-(0.1,0.2,0.3)", "channels*1-(0.1,0.2,0.3)/(1)")]
    [InlineData("channels-(0.5)/(1,2,3)", "channels*1-(0.5)/(1,2,3)")]
    public void A_formula_survives_printing_and_reading(string text, string printed)
    {
        Preprocessing read = Preprocessing.Parse(text);
        Assert.Equal(printed, read.ToString());
        Assert.Equal(read, Preprocessing.Parse(printed));
    }

    [Theory]
    [InlineData("grey*2-(0.5)/(0.25)", 1, (0.4 - 0.5) / 0.25, (0.4 - 0.5) / 0.25)]
    [InlineData("signed", 2, -0.6, 0.6)]
    [InlineData("channels*10-(1,2)/(4)", 2, (2 - 1) / 4.0, (8 - 2) / 4.0)]
    [InlineData("inception", 5, 51 - 117, 204 - 117)]
    public void Images_of_any_number_of_channels_are_prepared(string text, int channels, double first, double last)
    {
        Tensor x = Evaluate.Input(1, channels, 1, 1);
        float[] pixel = new float[channels];
        (pixel[^1], pixel[0]) = (0.8f, 0.2f);
        float[] seen = Evaluate.Of(Preprocessing.Parse(text).Apply(x), (x, pixel));
        Assert.Equal(first, seen[0], 1e-4);
        Assert.Equal(last, seen[^1], 1e-4);
    }

    [Theory]
    [InlineData("imagenet", 1, "grey-(0.13)/(0.31)")]
    [InlineData("bgr", 4, "channels*2-(1)")]
    [InlineData("channels-(1,2,3,4)", 5, "channels*2-(1)")]
    public void Numbers_for_other_channels_are_refused(string text, int channels, string advice)
    {
        Preprocessing preprocessing = Preprocessing.Parse(text);
        Assert.False(preprocessing.Fits(channels));
        string message = Assert.Throws<UsageException>(() => preprocessing.Apply(Evaluate.Input(1, channels, 2, 2))).Message;
        Assert.StartsWith($"Preprocessing '{preprocessing}' is for images of", message, StringComparison.Ordinal);
        Assert.EndsWith($"and the model takes {channels}; use unit, signed, or a formula such as {advice}.", message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_number_is_for_all_channels_of_a_colour_image_too()
    {
        Tensor x = Evaluate.Input(1, 3, 1, 1);
        Assert.Equal([255 * 0.75f - 117, -117, 255 * 0.25f - 117], Evaluate.Of(new Preprocessing(true, 255, [117], [1]).Apply(x), (x, [0.25f, 0, 0.75f])), (a, b) => Math.Abs(a - b) < 1e-3f);
    }

    // Many runs of blanks between parts that may be missing: every way to share them out would take for ever.
    [Fact]
    public void A_long_text_is_refused_as_soon_as_it_is_read() => Assert.Throws<TextFormatException>(() => Preprocessing.Parse("rgb" + new string(' ', 1_000_000) + "x"));

    [Fact]
    public void Preprocessings_are_equal_by_their_numbers()
    {
        Assert.Equal(new Preprocessing(false, 1, [0, 0, 0], [1, 1, 1]), Preprocessing.Unit);
        Assert.Equal(new Preprocessing(false, 1, [0, 0, 0], [1, 1, 1]).GetHashCode(), Preprocessing.Unit.GetHashCode());
        Assert.NotEqual(Preprocessing.Unit with { Mean = [0, 0, 1] }, Preprocessing.Unit);
        Assert.NotEqual(Preprocessing.Unit with { Bgr = true }, Preprocessing.Unit);
    }

    private const string Advice = " Use one of caffe, imagenet, signed, inception, unit, or a formula such as bgr*255-(104,117,123), rgb-(0.485,0.456,0.406)/(0.229,0.224,0.225) or grey-(0.13)/(0.31).";

    [Theory]
    [InlineData("cafe", 0, "Preprocessing 'cafe' is not known; did you mean 'caffe'?" + Advice)]
    [InlineData("", 0, "Preprocessing '' is not known." + Advice)]
    [InlineData(" %", 1, "Preprocessing ' %' is not known." + Advice)]
    [InlineData("caffe/2", 5, "The end of the text is expected here; found '/2'.")]
    [InlineData("rgb-(1,2)", 4, "There are 2 numbers in parentheses, where rgb has 3.")]
    [InlineData("rgb-1", 4, "'(' is expected before the mean, as in -(104,117,123); found '1'.")]
    [InlineData("bgr-(1,2,x)", 9, "A number is expected for the mean, as in -(104,117,123); found 'x'.")]
    [InlineData("rgb*", 4, "A number is expected for the factor; found the end of the text.")]
    [InlineData("rgb/(1,0,1)", 3, "A division by 0; give a standard deviation above 0.")]
    [InlineData("rgb*1e99", 4, "The number for the factor is beyond 3.4028235E+38, the largest there is.")]
    [InlineData("channels-(1,2)/(1,2,3)", 14, "2 numbers are subtracted, and 3 divide; give as many of both, or one for all.")]
    public void What_is_neither_a_name_nor_a_formula_is_refused_at_its_place(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Preprocessing.Parse(text));
        Assert.Equal((message, position), (error.Message, error.Position));
    }
}
