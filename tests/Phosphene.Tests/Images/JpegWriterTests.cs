using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class JpegWriterTests
{
    [Theory]
    [InlineData(1, 9)]
    [InlineData(3, 9)]
    [InlineData(4, 9)]
    public void A_smooth_picture_comes_back_nearly_as_it_was(int channels, int most)
    {
        foreach ((int height, int width) in new[] { (1, 1), (5, 13), (31, 17), (50, 111) })
        {
            Picture picture = Smooth(height, width, channels), read = Read(Written(picture, 95));
            Assert.Equal((height, width, 3), (read.Height, read.Width, read.Channels));
            float[] seen = picture.ToPlanar(), written = read.ToPlanar();
            Assert.InRange(seen.Zip(written, (a, b) => MathF.Abs(a - b)).Max(), 0, most / 255f);
        }
    }

    [Fact]
    public void Equal_input_gives_equal_bytes_and_less_quality_fewer()
    {
        Picture picture = Smooth(40, 70, 3);
        Assert.Equal(Written(picture, 88), Written(picture, 88));
        Assert.True(Written(picture, 30).Length < Written(picture, 88).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => Written(picture, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Written(picture, 101));
    }

    private static Picture Smooth(int height, int width, int channels) =>
        new(height, width, channels, [.. from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) from c in Enumerable.Range(0, channels) select (byte)(60 + x + y + 9 * c)]);

    private static byte[] Written(Picture picture, int quality)
    {
        using var stream = new MemoryStream();
        JpegWriter.Write(stream, picture, quality);
        return stream.ToArray();
    }

    private static Picture Read(byte[] jpeg)
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, jpeg);
            return Picture.Load(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
