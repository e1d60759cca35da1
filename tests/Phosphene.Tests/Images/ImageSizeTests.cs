using Phosphene.Images;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class ImageSizeTests
{
    [Theory]
    [InlineData("224", 224, 224, "224x224")]
    [InlineData("160x224", 160, 224, "160x224")]
    [InlineData(" 160 x 224 ", 160, 224, "160x224")]
    [InlineData("16384x1", 16384, 1, "16384x1")]
    public void A_size_is_height_by_width_or_a_square(string text, int height, int width, string printed)
    {
        Assert.Equal(new ImageSize(height, width), ImageSize.Parse(text));
        Assert.Equal(printed, ImageSize.Parse(text).ToString());
    }

    [Theory]
    [InlineData("", 0, "An integer, 1 to 16384, is expected for the height of the size; found the end of the text.")]
    [InlineData("0x5", 0, "An integer, 1 to 16384, is expected for the height of the size; 0 is outside.")]
    [InlineData("5x", 2, "An integer, 1 to 16384, is expected for the width of the size; found the end of the text.")]
    [InlineData("5x99999", 2, "An integer, 1 to 16384, is expected for the width of the size; 99999 is outside.")]
    [InlineData("5X5", 1, "'x' is expected between the height and the width of the size, as in 224x160; found 'X5'.")]
    [InlineData("5x5x5", 2, "An integer, 1 to 16384, is expected for the width of the size; found '5x5'.")]
    [InlineData("5 5", 2, "'x' is expected between the height and the width of the size, as in 224x160; found '5'.")]
    [InlineData("5,5", 1, "The end of the text is expected here; found ','.")]
    public void An_error_is_where_the_text_is_wrong(string text, int position, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => ImageSize.Parse(text));
        Assert.Equal((message, position), (error.Message, error.Position));
    }
}
