using Phosphene.Images;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class AnimationTests
{
    private static readonly Picture s_red = Flat(255, 0, 0), s_blue = Flat(0, 0, 255);

    private static Picture Flat(byte r, byte g, byte b) => new(5, 7, 3, [.. Enumerable.Repeat(new[] { r, g, b }, 35).SelectMany(pixel => pixel)]);

    private static byte[] Written(params AnimationFrame[] frames) => Ramps.File(stream => Animation.Write(stream, frames));

    [Fact]
    public void Frames_come_back_with_their_colours_and_times_and_repeat_for_ever()
    {
        using Image<Rgb24> image = SixLabors.ImageSharp.Image.Load<Rgb24>(Written(new(s_red, 40), new(s_blue, 1234), new(s_red, 600_000)));
        Assert.Equal((5, 7, 3), (image.Height, image.Width, image.Frames.Count));
        Assert.Equal([4, 123, 60_000], Enumerable.Range(0, 3).Select(i => image.Frames[i].Metadata.GetGifMetadata().FrameDelay));
        Assert.Equal(0, image.Metadata.GetGifMetadata().RepeatCount);
        Assert.Equal([new Rgb24(255, 0, 0), new Rgb24(0, 0, 255), new Rgb24(255, 0, 0)], Enumerable.Range(0, 3).Select(i => image.Frames[i][6, 4]));
    }

    [Fact]
    public void The_first_frame_is_what_a_reader_of_pictures_sees() => Assert.Equal(s_blue.Bytes.ToArray(), Ramps.Read(Written(new(s_blue, 20), new(s_red, 20))).Bytes.ToArray());

    [Fact]
    public void Many_colours_are_dithered_so_that_means_stay()
    {
        // 4,096 colours, of which 256 remain; the mean of each quarter is within a level or two of what it was.
        Picture picture = new(64, 64, 3, [.. Enumerable.Range(0, 64 * 64).SelectMany(i => new[] { (byte)(i % 64 * 4), (byte)(i / 64 * 4), (byte)(255 - i % 64 * 2 - i / 64 * 2) })]);
        Picture read = Ramps.Read(Written(new AnimationFrame(picture, 100)));
        Assert.InRange(read.Bytes.ToArray().Chunk(3).DistinctBy(pixel => (pixel[0], pixel[1], pixel[2])).Count(), 129, 256);
        foreach ((int top, int left) in new[] { (0, 0), (0, 32), (32, 0), (32, 32) })
            for (int c = 0; c < 3; c++)
                Assert.Equal(Mean(picture, top, left, c), Mean(read, top, left, c), 2.5);
        static double Mean(Picture p, int top, int left, int c) => Enumerable.Range(0, 32 * 32).Average(i => p.Row(top + i / 32)[3 * (left + i % 32) + c]);
    }

    [Fact]
    public void Grey_and_transparent_pictures_are_frames_too()
    {
        using Image<Rgb24> image = SixLabors.ImageSharp.Image.Load<Rgb24>(Written(new(new Picture(1, 2, 1, [9, 9]), 20), new(new Picture(1, 2, 4, [255, 0, 0, 255, 255, 0, 0, 0]), 20)));
        Assert.Equal(new Rgb24(9, 9, 9), image.Frames[0][0, 0]);
        Assert.Equal([new Rgb24(255, 0, 0), new Rgb24(128, 128, 128)], [image.Frames[1][0, 0], image.Frames[1][1, 0]]);
    }

    [Fact]
    public void Equal_frames_give_equal_bytes() => Assert.Equal(Written(new(PngWriterTests.Noise(20, 33, 3), 50), new(s_blue.Resize(20, 33), 50)), Written(new(PngWriterTests.Noise(20, 33, 3), 50), new(s_blue.Resize(20, 33), 50)));

    [Fact]
    public void It_is_written_to_a_file_whole_or_not_at_all()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("phosphene").FullName, "a.gif");
        Animation.Save(path, [new(s_red, 20), new(s_blue, 20)]);
        byte[] written = File.ReadAllBytes(path);
        Assert.Equal(Written(new(s_red, 20), new(s_blue, 20)), written);
        Assert.Throws<ArgumentException>(() => Animation.Save(path, [new(s_red, 20), new(s_blue, 5)]));
        Assert.Equal(written, File.ReadAllBytes(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void What_is_no_animation_is_refused()
    {
        foreach ((AnimationFrame[] frames, string sentence) in new (AnimationFrame[], string)[]
        {
            ([], "needs at least one frame"),
            ([new(s_red, 20), new(new Picture(7, 5, 3, new byte[105]), 20)], "Frame 1 of the animation is a 7 x 5 RGB picture, but frame 0 is a 5 x 7 RGB picture"),
            ([new(s_red, 19)], "Frame 0 of the animation is to be shown for 19 ms; give 20 to 600000."),
            ([new(s_red, 600_001)], "600001 ms"),
            ([.. Enumerable.Repeat(new AnimationFrame(new Picture(1024, 1024, 1, new byte[1 << 20]), 20), 65)], "65 frames of 1024 x 1024 (height x width) have more than 67108864 pixels together"),
        }) Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => Written(frames)).Message, StringComparison.Ordinal);
    }
}
