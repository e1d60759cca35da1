using Phosphene.Images;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class DisplayTests
{
    // Two pixels of each channel; channel c is c/10 in the first and 1 - c/10 in the second.
    private static float[] Image(int channels) => [.. Enumerable.Range(0, channels).SelectMany(c => new[] { c / 10f, 1 - c / 10f })];

    private static float[] Shown(Display display, params float[] image) => display.Show(image, 1, 2).ToPlanar();

    [Fact]
    public void Grey_and_colours_are_shown_as_they_are()
    {
        Assert.Equal(1, Display.All.Show(Image(1), 1, 2).Channels);
        Assert.Equal(Picture.FromPlanar(Image(3), 3, 1, 2).ToPlanar(), Shown(Display.All, Image(3)));
    }

    [Fact]
    public void Chosen_channels_become_red_green_and_blue_or_grey()
    {
        Assert.Equal([0.7f, 0.3f, 0f, 1f, 0.2f, 0.8f], Shown(Display.Parse("7, 0,2"), Image(8)), (a, b) => Math.Abs(a - b) < 0.003f);
        Picture grey = Display.Of(7).Show(Image(8), 1, 2);
        Assert.Equal(1, grey.Channels);
        Assert.Equal(0.7f, grey.ToPlanar()[0], 0.003f);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(12)]
    public void Many_channels_have_a_colour_each_and_grey_stays_grey(int channels)
    {
        float[] grey = Shown(Display.All, [.. Enumerable.Repeat(0.5f, 2 * channels)]);
        Assert.All(grey, value => Assert.Equal(0.5f, value, 0.003f));
        // The first channel alone is red.
        var image = new float[2 * channels];
        Array.Fill(image, 0.5f);
        image[0] = 0.75f;
        float[] red = Shown(Display.All, image);
        Assert.True(red[0] > 0.51f && red[2] <= 0.503f && red[4] <= 0.503f, string.Join(' ', red));
        Assert.Equal(red[1], red[3]);
        // White pulls all colours up alike.
        Array.Fill(image, 0.6f);
        float[] light = Shown(Display.All, image);
        Assert.Equal(light[0], light[2], 0.005f);
        Assert.Equal(light[0], light[4], 0.005f);
    }

    [Theory]
    [InlineData("1,2", 3, "the third is missing.")]
    [InlineData("rgb", 0, "found 'rgb'.")]
    [InlineData("", 0, "found the end of the text.")]
    [InlineData("1,2,3,4", 6, "here is one more.")]
    [InlineData("-1", 0, "found '-'.")]
    public void Other_texts_are_refused(string text, int position, string reason)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Display.Parse(text));
        Assert.Equal(($"A picture shows three channels, as in 3,2,1, one, as in 7, or all; {reason}", position), (error.Message, error.Position));
    }

    [Theory]
    [InlineData("1,2,-3", 4, "An integer, 0 or more, is expected for a channel of the picture; found '-'.")]
    [InlineData("1,2,3 4", 6, "The end of the text is expected here; found '4'.")]
    [InlineData("all 3", 0, "A picture shows three channels, as in 3,2,1, one, as in 7, or all; found 'all'.")]
    public void An_error_is_where_the_text_is_wrong(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => Display.Parse(text));
        Assert.Equal((message, position), (error.Message, error.Position));
    }

    [Fact]
    public void Two_channels_make_no_picture() =>
        Assert.Equal("A picture shows three channels, as in 3,2,1, one, as in 7, or all; got '1,2'.", Assert.Throws<UsageException>(() => Display.Of(1, 2)).Message);

    [Fact]
    public void A_channel_that_is_not_there_is_named() =>
        Assert.Equal("The display '1,2,4' shows channel 4; the model's images have channels 0 to 3.", Assert.Throws<UsageException>(() => Display.Parse("1,2,4").Check(4)).Message);

    [Theory]
    [InlineData("all")]
    [InlineData("3")]
    [InlineData("3,2,1")]
    public void It_is_printed_as_it_was_read(string text)
    {
        Assert.Equal(text, Display.Parse(text).ToString());
        Assert.Equal(Display.Parse(text), Display.Parse(text));
        Assert.Equal(Display.Parse(text).GetHashCode(), Display.Parse(text).GetHashCode());
    }
}
