using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class PngWriterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_picture_survives_writing_and_reading(int channels)
    {
        foreach ((int height, int width) in new[] { (1, 1), (1, 7), (9, 1), (5, 13), (31, 17), (150, 211) })
        {
            Picture picture = Noise(height, width, channels);
            Picture read = PngReaderTests.Read(Written(picture));
            Assert.Equal((height, width, channels), (read.Height, read.Width, read.Channels));
            Assert.Equal(picture.Bytes.ToArray(), read.Bytes.ToArray());
        }
    }

    [Fact]
    public void A_smooth_picture_is_stored_smaller_than_without_filters()
    {
        byte[] bytes = [.. from y in Enumerable.Range(0, 60) from x in Enumerable.Range(0, 80) from c in Enumerable.Range(0, 3) select (byte)(2 * x + y + 50 * c)];
        Assert.True(4 * Written(new Picture(60, 80, 3, bytes)).Length < TestPng.Deflate(bytes).Length);
    }

    [Fact]
    public void Equal_input_gives_equal_bytes()
    {
        PngText[] texts = [new("Software", "Phosphene")];
        Assert.Equal(Written(Noise(20, 33, 3), texts), Written(Noise(20, 33, 3), texts));
    }

    [Fact]
    public void Texts_come_back_in_order_with_every_character()
    {
        PngText[] texts = [new("phosphene:recipe", "{\"seed\": 7, \"name\": \"émoji 🌞\"}"), new("Software", ""), new("Software", "second\nline"), new("Größe", "ß")];
        Assert.Equal(texts, PngReader.Read(new MemoryStream(Written(Noise(3, 2, 3), texts)), "x").Texts);
    }

    [Fact]
    public void All_three_kinds_of_text_chunk_are_read_in_the_order_of_the_file()
    {
        TestPng png = new()
        {
            Height = 2,
            Width = 3,
            Depth = 8,
            Color = 0,
            Sample = (y, x, _) => y + x,
            Extra =
            [
                ("zTXt", [.. "Comment\0\0"u8, .. TestPng.Deflate([0x66, 0xFC, 0x72])]),
                ("tEXt", [.. "Author\0"u8, 0x4F, 0x6C, 0xE1, 0x66]),
                ("iTXt", [.. "Title\0\u0001\0de\0Titel\0"u8, .. TestPng.Deflate("Über ☀"u8.ToArray())]),
                ("iTXt", [.. "Empty\0\0\0\0\0"u8]),
            ],
        };
        PngText[] expected = [new("Comment", "für"), new("Author", "Oláf"), new("Title", "Über ☀"), new("Empty", "")];
        Assert.Equal(expected, PngReader.Read(new MemoryStream(png.ToArray()), "x").Texts);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a  b")]
    [InlineData("a\nb")]
    [InlineData("a\u00A0b")]
    [InlineData("☀")]
    [InlineData("a234567890a234567890a234567890a234567890a234567890a234567890a234567890a234567890")]
    public void A_keyword_png_does_not_allow_is_refused(string keyword) =>
        Assert.Contains("keyword", Assert.Throws<ArgumentException>(() => Written(Noise(1, 1, 1), [new(keyword, "x")])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_png_cannot_hold_is_refused()
    {
        Assert.Contains("NUL", Assert.Throws<ArgumentException>(() => Written(Noise(1, 1, 1), [new("k", "a\0b")])).Message, StringComparison.Ordinal);
        Assert.Contains("surrogate", Assert.Throws<ArgumentException>(() => Written(Noise(1, 1, 1), [new("k", "a\uD800b")])).Message, StringComparison.Ordinal);
        Assert.Contains("1048577 bytes", Assert.Throws<ArgumentException>(() => Written(Noise(1, 1, 1), [new("k", new string('x', (1 << 20) - 5))])).Message, StringComparison.Ordinal);
        string longest = new('x', (1 << 20) - 6);
        Assert.Equal(longest, PngReader.Read(new MemoryStream(Written(Noise(1, 1, 1), [new("k", longest)])), "x").Texts.Single().Text);
    }

    internal static Picture Noise(int height, int width, int channels)
    {
        byte[] bytes = new byte[height * width * channels];
        new Random(height * 1000 + width * 10 + channels).NextBytes(bytes);
        return new Picture(height, width, channels, bytes);
    }

    private static byte[] Written(Picture picture, IReadOnlyList<PngText>? texts = null)
    {
        using MemoryStream stream = new();
        PngWriter.Write(stream, picture, texts);
        return stream.ToArray();
    }
}
