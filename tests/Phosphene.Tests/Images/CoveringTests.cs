using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class CoveringTests
{
    [Fact]
    public void The_part_behind_worked_by_hand()
    {
        // 300 x 500 is halved to 150 x 250, of which the columns from 50 on, 150 of them, are seen.
        var covering = new Covering(new ImageSize(300, 500), new ImageSize(150, 150));
        Assert.Equal(new ImageSize(150, 250), covering.Resized);
        Assert.Equal((20, 110, 40, 60), covering.Behind(10, 5, 20, 30));
        Assert.Equal((0, 100, 300, 300), covering.Behind(0, 0, 150, 150));
    }

    [Theory]
    [InlineData(31, 77, 20, 24)]
    [InlineData(90, 41, 16, 16)]
    [InlineData(9, 12, 40, 30)]
    [InlineData(256, 256, 224, 224)]
    public void A_bright_block_is_found_behind_the_pixels_where_it_is_seen(int height, int width, int seenHeight, int seenWidth)
    {
        var size = new ImageSize(height, width);
        var covering = new Covering(size, new ImageSize(seenHeight, seenWidth));
        for (int top = 0; top + 4 <= seenHeight; top += 5)
            for (int left = 0; left + 6 <= seenWidth; left += 7)
            {
                (int first, int from, int rows, int columns) = covering.Behind(top, left, 4, 6);
                var bytes = new byte[height * width];
                for (int y = first; y < first + rows; y++) bytes.AsSpan(y * width + from, columns).Fill(255);
                Picture seen = new Picture(height, width, 1, bytes).Cover(seenHeight, seenWidth);
                double total = seen.Bytes.ToArray().Sum(value => value / 255.0), inside = seen.Crop(top, left, 4, 6).Bytes.ToArray().Sum(value => value / 255.0);
                // An edge may lie half a pixel off, of the image or of what is seen.
                double pixel = Math.Max(1, (double)covering.Resized.Height / height);
                Assert.InRange(inside, 0.9 * 24 - 10 * pixel, 24.1);
                Assert.InRange(total - inside, 0, 14 * pixel + 1);
            }
    }

    [Fact]
    public void A_crop_has_the_rows_and_columns_asked_for()
    {
        var picture = new Picture(4, 5, 3, [.. Enumerable.Range(0, 60).Select(i => (byte)i)]);
        Assert.Equal([.. Enumerable.Range(0, 6).Select(i => (byte)(1 * 15 + 2 * 3 + i)), .. Enumerable.Range(0, 6).Select(i => (byte)(2 * 15 + 2 * 3 + i))], picture.Crop(1, 2, 2, 2).Bytes.ToArray());
        foreach ((int top, int left, int height, int width) in new[] { (-1, 0, 1, 1), (0, 0, 5, 1), (0, 4, 1, 2), (0, 0, 0, 1), (int.MaxValue, 0, 1, 1) })
            Assert.Equal($"A crop of {height} x {width} (height x width) from row {top} and column {left} on does not lie in the 4 x 5 RGB picture.", Assert.Throws<ArgumentException>(() => picture.Crop(top, left, height, width)).Message);
    }
}
