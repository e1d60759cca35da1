using Phosphene.Shapes.Datasets;
using Xunit;

namespace Phosphene.Shapes.Tests.Datasets;

public sealed class ShapeColourTests
{
    // Pixels on a circle of 40 about the centre of a 101 x 101 image, at multiples of 60 and 90 degrees counter-clockwise from the right.
    [Theory]
    [InlineData(50, 90, 1, 0, 0)]
    [InlineData(10, 50, 0.5, 1, 0)]
    [InlineData(50, 10, 0, 1, 1)]
    [InlineData(90, 50, 0.5, 0, 1)]
    [InlineData(10, 73, 1, 1, 0)]
    [InlineData(90, 73, 1, 0, 1)]
    [InlineData(50, 50, 1, 1, 1)]
    [InlineData(50, 60, 1, 0.6, 0.6)]          // a fifth of the way to the border: saturation 0.4
    public void The_rainbow_has_the_hue_of_the_direction_from_the_centre(int y, int x, float red, float green, float blue)
    {
        var palette = new ShapePalette(101, 3);
        foreach ((int channel, float expected) in new[] { (0, red), (1, green), (2, blue) })
        {
            float[] plane = new float[101 * 101];
            palette.Paint(ShapeColour.Rainbow, channel, y * 101 + x, [0.5f], plane);
            Assert.Equal(0.5f * expected, plane[y * 101 + x], 0.01f);
        }
    }

    [Theory]
    [InlineData(ShapeColour.White, 1, 1, 1)]
    [InlineData(ShapeColour.Blue, 0, 0, 1)]
    [InlineData(ShapeColour.Green, 0, 1, 0)]
    [InlineData(ShapeColour.Red, 1, 0, 0)]
    public void A_colour_fills_its_channels_alone(ShapeColour colour, int red, int green, int blue)
    {
        var dataset = new ShapesDataset(1, 40);
        float[] image = new float[dataset.ImageLength], white = new float[1600];
        dataset.Draw(new ShapeClass(ShapeForm.Circle, LineType.Filled, colour).Index, image);
        for (int channel = 0; channel < 3; channel++)
            Assert.Equal(new[] { red, green, blue }[channel], image.AsSpan(channel * 1600, 1600).ToArray().Max());
    }

    [Fact]
    public void A_rainbow_shape_is_white_times_the_rainbow()
    {
        var palette = new ShapePalette(48, 3);
        var dataset = new ShapesDataset(9);
        float[] image = new float[dataset.ImageLength], rainbow = new float[48 * 48], one = [.. Enumerable.Repeat(1f, 48 * 48)];
        dataset.Draw(44, image);
        float[] largest = [.. Enumerable.Range(0, 48 * 48).Select(i => Math.Max(image[i], Math.Max(image[i + 2304], image[i + 4608])))];      // the coverage, as one channel is always full
        for (int channel = 0; channel < 3; channel++)
        {
            palette.Paint(ShapeColour.Rainbow, channel, 0, one, rainbow);
            for (int i = 0; i < 2304; i++) Assert.Equal(largest[i] * rainbow[i], image[channel * 2304 + i], 1e-6f);
        }
        Assert.True(largest.Sum() > 300);
    }

    [Fact]
    public void Grey_is_the_luma_of_the_colours()
    {
        ShapesDataset colour = new(8, 28), grey = new(8, 28, 1);
        float[] rgb = new float[3 * 784], luma = new float[784];
        for (int index = 0; index < 60; index++)
        {
            colour.Draw(index, rgb);
            grey.Draw(index, luma);
            for (int i = 0; i < 784; i++) Assert.Equal(0.299f * rgb[i] + 0.587f * rgb[784 + i] + 0.114f * rgb[1568 + i], luma[i], 1e-6f);
        }
    }
}
