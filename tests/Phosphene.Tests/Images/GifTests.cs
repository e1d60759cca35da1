using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class GifTests
{
    private static readonly byte[] s_colours = [1, 2, 3, 40, 50, 60, 255, 0, 0, 7, 7, 7];      // four

    // 2 x 3 pixels 0 1 2 / 3 3 0 in codes of 3 bits, lowest first: clear (4), 0, 1, 2, then of 3 bits still 3, of 4 bits 3, 0, end (5).
    private static readonly byte[] s_pixels = [2, 4, .. Packed((4, 3), (0, 3), (1, 3), (2, 3), (3, 4), (3, 4), (0, 4), (5, 4)), 0];

    private static byte[] Packed(params (int Code, int Bits)[] codes)
    {
        string bits = string.Concat(codes.Select(code => string.Concat(Enumerable.Range(0, code.Bits).Select(i => code.Code >> i & 1))));
        bits = bits.PadRight((bits.Length + 7) / 8 * 8, '0');
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(new string([.. bits.Substring(8 * i, 8).Reverse()]), 2))];
    }

    private static byte[] Gif(int width, int height, params byte[][] blocks) =>
        [.. "GIF89a"u8, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), 0x81, 0, 0, .. s_colours, .. blocks.SelectMany(block => block)];

    private static byte[] Frame(int left, int top, int width, int height, byte[] pixels, byte flags = 0) =>
        [0x2C, (byte)left, 0, (byte)top, 0, (byte)width, (byte)(width >> 8), (byte)height, (byte)(height >> 8), flags, .. pixels];

    private static byte[] Control(byte flags, byte transparent) => [0x21, 0xF9, 4, flags, 5, 0, transparent, 0];

    [Fact]
    public void A_picture_worked_by_hand_is_read()
    {
        Picture picture = Ramps.Read(Gif(3, 2, Frame(0, 0, 3, 2, s_pixels), [0x3B]));
        Assert.Equal((2, 3, 3), (picture.Height, picture.Width, picture.Channels));
        Assert.Equal([1, 2, 3, 40, 50, 60, 255, 0, 0, 7, 7, 7, 7, 7, 7, 1, 2, 3], picture.Bytes.ToArray());
    }

    [Fact]
    public void A_transparent_colour_gives_alpha_also_around_a_smaller_frame()
    {
        Picture picture = Ramps.Read(Gif(4, 3, Control(1, 3), Frame(1, 1, 3, 2, s_pixels), [0x3B]));
        Assert.Equal((3, 4, 4), (picture.Height, picture.Width, picture.Channels));
        Assert.Equal([0, 0, 0, 0, 0, 255, 255, 255, 0, 0, 0, 255], Enumerable.Range(0, 12).Select(i => (int)picture.Bytes[4 * i + 3]));
        Assert.Equal([1, 2, 3, 255], picture.Row(1).Slice(4, 4).ToArray());
    }

    [Fact]
    public void Of_an_animation_the_first_frame_is_read_and_nothing_behind_it()
    {
        byte[] second = Frame(0, 0, 3, 2, [2, 1, 0x44, 0]);
        byte[] file = Gif(3, 2, Control(0, 0), [0x21, 0xFE, 3, 1, 2, 3, 0], Frame(0, 0, 3, 2, s_pixels), Control(1, 0), second, [1, 2, 3]);
        Assert.Equal(Ramps.Read(Gif(3, 2, Frame(0, 0, 3, 2, s_pixels))).Bytes.ToArray(), Ramps.Read(file).Bytes.ToArray());
    }

    [Fact]
    public void A_hundred_thousand_frames_cost_no_more_than_one()
    {
        byte[] second = Frame(0, 0, 3, 2, s_pixels);
        byte[] file = [.. Gif(3, 2, Frame(0, 0, 3, 2, s_pixels)), .. Enumerable.Repeat(second, 100_000).SelectMany(frame => frame), 0x3B];
        Ramps.Read(file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Ramps.Read(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, file.Length + (2 << 20));
    }

    [Fact]
    public void A_file_cut_short_before_the_end_of_its_first_frame_is_refused()
    {
        byte[] file = Gif(3, 2, Control(1, 3), Frame(0, 0, 3, 2, s_pixels));
        Ramps.Read(file);
        for (int length = 6; length < file.Length; length++)
            Assert.Equal("Cannot read 'test' as GIF: it is cut short in its first picture; export or download the file again.", Ramps.Refusal(file[..length]));
    }

    [Fact]
    public void Broken_blocks_are_refused()
    {
        byte[] without = [.. "GIF89a"u8, 3, 0, 2, 0, 0, 0, 0];
        foreach ((byte[] file, string sentence) in new[]
        {
            (Gif(3, 2, [0x3B]), "it has no picture"),
            (Gif(3, 2, [0x42]), "something else than a block"),
            ([.. without, .. Frame(0, 0, 3, 2, s_pixels)], "its first picture has no colours"),
            (Gif(3, 2, Frame(0, 0, 3, 2, [13, .. s_pixels[1..]])), "pixel data of its first picture is broken"),
            (Gif(3, 2, Frame(0, 0, 3, 60_000, s_pixels)), "60000 x 3 pixels (height x width), which cannot be in its 6 bytes"),
            (Gif(0, 2, Frame(0, 0, 3, 2, s_pixels)), "its header gives 2 x 0 pixels"),
            (Gif(60_000, 2, Frame(0, 0, 3, 2, s_pixels)), "at most 16384 a side"),
            (Gif(3, 2, Frame(0, 0, 0, 2, s_pixels)), "its pixel data is broken"),
        }) Assert.Contains(sentence, Ramps.Refusal(file), StringComparison.Ordinal);
    }
}
