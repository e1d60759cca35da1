using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Phosphene.Images;
using Phosphene.Syntax;
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
            Picture read = PngReadingTests.Read(Written(picture));
            Assert.Equal((height, width, channels), (read.Height, read.Width, read.Channels));
            Assert.Equal(picture.Bytes.ToArray(), read.Bytes.ToArray());
        }
    }

    [Fact]
    public void A_smooth_picture_is_stored_smaller_than_without_filters()
    {
        byte[] bytes = [.. from y in Enumerable.Range(0, 60) from x in Enumerable.Range(0, 80) from c in Enumerable.Range(0, 3) select (byte)(2 * x + y + 50 * c)];
        Assert.True(3 * Written(new Picture(60, 80, 3, bytes)).Length < TestPng.Deflate(bytes).Length);
    }

    [Fact]
    public void Equal_input_gives_equal_bytes()
    {
        PngText[] texts = [new("Software", "Phosphene")];
        Assert.Equal(Written(Noise(20, 33, 3), texts), Written(Noise(20, 33, 3), texts));
    }

    [Fact]
    public void A_file_holds_its_header_the_texts_uncompressed_and_the_pixels_and_nothing_else()
    {
        byte[] file = Written(Noise(7, 5, 3), [new("phosphene:recipe", new string('{', 5000)), new("Software", "é")]);
        List<(string Type, byte[] Data)> chunks = [];
        for (int at = 8; at < file.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at));
            chunks.Add((Encoding.ASCII.GetString(file, at + 4, 4), file[(at + 8)..(at + 8 + length)]));
            at += 12 + length;
        }
        Assert.Equal(["IHDR", "iTXt", "iTXt", "IDAT", "IEND"], chunks.Select(chunk => chunk.Type));
        Assert.Equal([.. "phosphene:recipe\0\0\0zxx\0\0"u8, .. Enumerable.Repeat((byte)'{', 5000)], chunks[1].Data);
        Assert.Equal([.. "Software\0\0\0zxx\0\0é"u8], chunks[2].Data);
    }

    [Fact]
    public void The_bytes_are_these_on_every_machine_and_with_any_version_of_dotnet()
    {
        PngText[] texts = [new("Software", "Phosphene")];
        Assert.Equal("7E453090AA08A8EFDEC4FC7ACA03EE449C065D5618C98EA48B4D05AA115D7A38", Hash(new Picture(60, 80, 3, [.. Enumerable.Range(0, 60 * 80 * 3).Select(i => (byte)(i % 240 / 3 * 2 + i / 240))])));
        Assert.Equal("B5CE5B2D9E7CF39E535B760785DDB7EE88DABC88B82CC0CD2A5AD8BA3B0EA609", Hash(Noise(60, 80, 3)));
        string Hash(Picture picture) => Convert.ToHexString(SHA256.HashData(Written(picture, texts)));
    }

    [Fact]
    public void Texts_come_back_in_order_with_every_character()
    {
        PngText[] texts = [new("phosphene:recipe", "{\"seed\": 7, \"name\": \"émoji 🌞\"}"), new("Software", ""), new("Software", "second\nline"), new("Größe", "ß")];
        Assert.Equal(texts, ImageReader.Read(new MemoryStream(Written(Noise(3, 2, 3), texts)), "x").Texts);
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
        Assert.Equal(expected, ImageReader.Read(new MemoryStream(png.ToArray()), "x").Texts);
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
        Assert.Contains("keyword", Assert.Throws<UsageException>(() => Written(Noise(1, 1, 1), [new(keyword, "x")])).Message, StringComparison.Ordinal);

    [Fact]
    public void A_text_png_cannot_hold_is_refused()
    {
        Assert.Contains("NUL", Assert.Throws<UsageException>(() => Written(Noise(1, 1, 1), [new("k", "a\0b")])).Message, StringComparison.Ordinal);
        Assert.Contains("surrogate", Assert.Throws<UsageException>(() => Written(Noise(1, 1, 1), [new("k", "a\uD800b")])).Message, StringComparison.Ordinal);
        Assert.Contains("1048577 bytes", Assert.Throws<UsageException>(() => Written(Noise(1, 1, 1), [new("k", new string('x', (1 << 20) - 8))])).Message, StringComparison.Ordinal);
        string longest = new('x', (1 << 20) - 9);
        Assert.Equal(longest, ImageReader.Read(new MemoryStream(Written(Noise(1, 1, 1), [new("k", longest)])), "x").Texts.Single().Text);
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
