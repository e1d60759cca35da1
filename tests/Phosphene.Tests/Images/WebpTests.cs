using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class WebpTests
{
    private static byte[] Sample(string name) => File.ReadAllBytes(Ramps.Sample(name));

    [Theory]
    [InlineData("lossless.webp", 3, 0)]
    [InlineData("lossless-alpha.webp", 4, 0)]
    [InlineData("animated-lossless.webp", 4, 0)]
    [InlineData("lossy.webp", 3, 22)]       // its colours have half the resolution
    [InlineData("lossy-alpha.webp", 4, 22)]
    [InlineData("lossy-raw-alpha.webp", 4, 22)]
    [InlineData("animated.webp", 3, 22)]
    public void Every_kind_gives_the_picture_or_the_first_frame(string name, int channels, int tolerance) => Ramps.Check(Picture.Load(Ramps.Sample(name)), channels, tolerance);

    [Theory]
    [InlineData("lossy-alpha.webp")]
    [InlineData("lossy-raw-alpha.webp")]
    public void Alpha_is_exact(string name)
    {
        Picture picture = Picture.Load(Ramps.Sample(name));
        for (int i = 0; i < picture.Height * picture.Width; i++) Assert.Equal(Ramps.At(i / 40, i % 40).A, picture.Bytes[4 * i + 3]);
    }

    [Fact]
    public void A_palette_of_few_colours_is_read()
    {
        byte[][] colours = [[200, 30, 10], [0, 100, 250], [255, 255, 255], [7, 8, 9], [90, 90, 0]];
        Picture picture = Picture.Load(Ramps.Sample("lossless-palette.webp"));
        for (int y = 0; y < 24; y++)
            for (int x = 0; x < 40; x++) Assert.Equal(colours[(x / 7 + y / 5) % 5], picture.Row(y).Slice(3 * x, 3).ToArray());
    }

    [Fact]
    public void Groups_of_codes_are_counted_as_they_are()
    {
        // The upper right quarter is (2x, 3y, 200).
        Picture picture = Picture.Load(Ramps.Sample("lossless-groups.webp"));
        Assert.Equal((80, 96, 3), (picture.Height, picture.Width, picture.Channels));
        for (int y = 0; y < 40; y++)
            for (int x = 48; x < 96; x++) Assert.Equal([(byte)(2 * x), (byte)(3 * y), 200], picture.Row(y).Slice(3 * x, 3).ToArray());
        long one = new WebpCodes(Sample("lossless.webp").AsSpan(25)).MemoryOf(24, 40), several = new WebpCodes(Sample("lossless-groups.webp").AsSpan(25)).MemoryOf(80, 96);
        Assert.InRange(one, 40_000, 80_000);
        Assert.InRange(several, 2 * one, 20 * one);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    public void The_orientation_of_its_exif_data_is_applied(int orientation)
    {
        byte[] exif = Orientations.Exif(orientation);
        Picture upright = Ramps.Read(Sample("lossless.webp"));
        Orientations.Check(upright, orientation, Ramps.Read(WebP([Chunk("VP8X", [8, 0, 0, 0, 39, 0, 0, 23, 0, 0]), Pixels("lossless.webp"), Chunk("EXIF", exif)])), 0);
        Orientations.Check(upright, orientation, Ramps.Read(WebP([Chunk("VP8X", [8, 0, 0, 0, 39, 0, 0, 23, 0, 0]), Pixels("lossless.webp"), Chunk("EXIF", [.. "Exif\0\0"u8, .. exif])])), 0);
    }

    [Fact]
    public void Other_chunks_are_skipped() =>
        Ramps.Check(Ramps.Read(WebP([Chunk("VP8X", [0x2C, 0, 0, 0, 39, 0, 0, 23, 0, 0]), Chunk("ICCP", [1, 2, 3]), Chunk("abcd", []), Pixels("lossless.webp"), Chunk("XMP ", [9]), Pixels("lossy.webp")])), 3);

    [Fact]
    public void A_first_frame_that_is_only_a_part_is_refused_by_name() =>
        Assert.Equal("Cannot read 'test' as WebP: the first frame of its animation does not cover the whole picture, which is not read; export it as an ordinary PNG or JPEG.",
            Ramps.Refusal(Sample("animated-partly.webp")));

    [Theory]
    [InlineData("lossless.webp")]
    [InlineData("lossy-alpha.webp")]
    [InlineData("animated.webp")]
    public void A_file_cut_short_anywhere_is_refused(string name)
    {
        byte[] file = Sample(name);
        for (int length = 12; length < file.Length; length++) Assert.StartsWith("Cannot read 'test' as WebP: it is cut short", Ramps.Refusal(file[..length]), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_chunks_are_refused()
    {
        byte[] lossy = Sample("lossy-alpha.webp");
        foreach ((byte[] file, string sentence) in new[]
        {
            (WebP([]), "it has no pixels"),
            (WebP([Chunk("VP8 ", [1, 2, 3])]), "its pixel data is broken"),
            (WebP([Chunk("VP8L", [0x2E, 0, 0, 0, 0, 0])]), "its pixel data is broken"),
            (WebP([Chunk("VP8L", [0x2F, 0, 0, 0, 0])]), "its pixel data is broken"),
            (WebP([Chunk("ALPH", []), Pixels("lossy.webp")]), "its alpha channel is empty"),
            (WebP([Chunk("ALPH", [0, 1, 2]), Pixels("lossy.webp")]), "its alpha channel is broken"),
            (WebP([Chunk("ALPH", [3, 1, 2]), Pixels("lossy.webp")]), "its alpha channel is broken"),
            (WebP([Chunk("ANMF", [1, 2])]), "first frame is broken"),
            (WebP([[.. "VP8 "u8, 200, 0, 0, 0, 1, 2]]), "wrong length"),
        }) Assert.Contains(sentence, Ramps.Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_few_bytes_that_ask_for_thousands_of_codes_are_refused()
    {
        // 16 x 16 pixels, no transforms, no cache, groups of codes for blocks of 4 x 4: all pixels of that small image are of group 65,535.
        string bits = Bits(15, 14) + Bits(15, 14) + "0" + "000" + "0" + "0" + "1" + "000" + "0" + Only(255) + Only(255) + Only(0) + Only(0) + Only(0) + new string('0', 200);
        byte[] data = [0x2F, .. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(new string([.. bits.Substring(8 * i, 8).Reverse()]), 2))];
        Assert.Equal("Cannot read 'test' as WebP: reading it takes more than 224 MiB of memory; shrink it first.", Ramps.Refusal(WebP([Chunk("VP8L", data)])));

        static string Bits(int value, int count) => string.Concat(Enumerable.Range(0, count).Select(i => value >> i & 1));
        static string Only(int symbol) => "1" + "0" + "1" + Bits(symbol, 8);
    }

    [Fact]
    public void A_header_that_promises_more_than_the_file_can_hold_is_refused()
    {
        byte[] file = Sample("lossy.webp");
        (file[26], file[27], file[28], file[29]) = (0xA0, 0x0F, 0xB8, 0x0B);      // 4,000 columns, 3,000 rows
        Assert.Equal($"Cannot read 'test' as WebP: its header promises 3000 x 4000 pixels (height x width), which cannot be in a file of {file.Length} bytes; export or download the file again.",
            Ramps.Refusal(file));
    }

    private static byte[] Pixels(string name)
    {
        byte[] file = Sample(name);
        return file[12..];
    }

    private static byte[] Chunk(string type, byte[] data) => [.. System.Text.Encoding.ASCII.GetBytes(type), .. BitConverter.GetBytes(data.Length), .. data, .. new byte[data.Length % 2]];

    private static byte[] WebP(byte[][] chunks)
    {
        byte[] body = [.. chunks.SelectMany(chunk => chunk)];
        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length + 4), .. "WEBP"u8, .. body];
    }
}
