using System.Buffers.Binary;
using System.Text;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

/// <summary>Broken files: one clear sentence, never another exception, never memory for what the file only claims.</summary>
public sealed class PngDamageTests
{
    private static readonly TestPng s_grey = PngReadingTests.Example(4, 6, 8, 0, false);
    private static readonly (string, byte[]) s_end = ("IEND", []);

    private static (string, byte[]) Head => ("IHDR", s_grey.Header());

    private static (string, byte[]) Data => ("IDAT", TestPng.Deflate(s_grey.Rows()));

    [Theory]
    [InlineData(0, 8, false)]
    [InlineData(3, 4, false)]
    [InlineData(6, 16, true)]
    public void Any_changed_byte_is_refused_or_harmless(int color, int depth, bool interlaced)
    {
        byte[] sound = WithTexts(PngReadingTests.Example(5, 7, depth, color, interlaced));
        for (int i = 0; i < sound.Length; i++)
            foreach (byte change in new byte[] { 0x01, 0x20, 0x80, 0xFF })
            {
                byte[] broken = [.. sound];
                broken[i] ^= change;
                Assert.Throws<ImageFormatException>(() => PngReadingTests.Read(broken));
            }
    }

    [Theory]
    [InlineData(0, 8, false)]
    [InlineData(3, 4, false)]
    [InlineData(6, 16, true)]
    public void Any_changed_byte_under_a_repaired_checksum_gives_a_picture_or_a_sentence(int color, int depth, bool interlaced)
    {
        byte[] sound = WithTexts(PngReadingTests.Example(5, 7, depth, color, interlaced));
        for (int start = 8; start < sound.Length;)
        {
            int length = BinaryPrimitives.ReadInt32BigEndian(sound.AsSpan(start));
            string type = Encoding.ASCII.GetString(sound, start + 4, 4);
            for (int i = 0; i < length; i++)
                foreach (byte change in new byte[] { 0x01, 0x20, 0x80, 0xFF })
                {
                    byte[] data = sound[(start + 8)..(start + 8 + length)];
                    data[i] ^= change;
                    byte[] broken = [.. sound[..start], .. TestPng.Chunk(type, data), .. sound[(start + 12 + length)..]];
                    Exception? error = Record.Exception(() => PngReadingTests.Read(broken));
                    Assert.True(error is null or ImageFormatException, $"{type} byte {i}: {error}");
                }
            start += 12 + length;
        }
    }

    [Theory]
    [InlineData(2, 8, false)]
    [InlineData(3, 2, true)]
    public void A_file_cut_short_anywhere_is_refused(int color, int depth, bool interlaced)
    {
        byte[] sound = WithTexts(PngReadingTests.Example(5, 7, depth, color, interlaced));
        for (int length = 0; length < sound.Length; length++)
        {
            ImageFormatException error = Assert.Throws<ImageFormatException>(() => PngReadingTests.Read(sound[..length]));
            Assert.StartsWith("Cannot read 'test.png'", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Pixel_data_cut_short_or_too_long_is_refused()
    {
        byte[] rows = s_grey.Rows(), compressed = TestPng.Deflate(rows);
        Refused("ends too early", Head, ("IDAT", TestPng.Deflate(rows[..^1])), s_end);
        Refused("more pixel data", Head, ("IDAT", TestPng.Deflate([.. rows, 0])), s_end);
        for (int length = 0; length < compressed.Length; length++) Refused("pixel data", Head, ("IDAT", compressed[..length]), s_end);
    }

    [Fact]
    public void A_wrong_zlib_checksum_is_refused()
    {
        byte[] compressed = TestPng.Deflate(s_grey.Rows());
        compressed[^1] ^= 1;
        Refused("compressed pixel data is broken", Head, ("IDAT", compressed), s_end);
    }

    [Fact]
    public void A_zlib_dictionary_is_refused() => Refused("compressed pixel data is broken", Head, ("IDAT", [0x78, 0xBB, 1, 2, 3, 4, 5, 6]), s_end);

    [Fact]
    public void Headers_that_png_does_not_have_are_refused()
    {
        foreach ((int at, byte value) in new (int, byte)[] { (3, 0), (7, 0), (0, 0x80), (8, 3), (8, 0), (9, 1), (9, 7), (9, 3 + 4), (10, 1), (11, 1), (12, 2) })
        {
            byte[] header = s_grey.Header();
            header[at] = value;
            Refused("header gives", ("IHDR", header), Data, s_end);
        }
        Refused("colour type 2 with 4 bits", ("IHDR", TestPng.Header(4, 6, 4, 2, false)), Data, s_end);
        Refused("colour type 3 with 16 bits", ("IHDR", TestPng.Header(4, 6, 16, 3, false)), Data, s_end);
        Refused("12 bytes instead of 13", ("IHDR", s_grey.Header()[..12]), Data, s_end);
    }

    [Theory]
    [InlineData(1, 16_385)]
    [InlineData(16_385, 1)]
    [InlineData(16_384, 4_097)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Too_large_an_image_is_refused_by_its_header(int height, int width) =>
        Refused($"{height} x {width} pixels", ("IHDR", TestPng.Header(height, width, 8, 6, false)), Data, s_end);

    [Fact]
    public void A_header_that_promises_more_than_the_file_can_hold_is_refused_before_memory_is_taken()
    {
        byte[] file = TestPng.File([("IHDR", TestPng.Header(8_192, 2_048, 16, 6, true)), Data, s_end]);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => PngReadingTests.Read(file));
        Assert.Contains("8192 x 2048 pixels (height x width), which cannot be in a file of", error.Message, StringComparison.Ordinal);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Chunks_in_the_wrong_order_or_number_are_refused()
    {
        (string, byte[]) palette = ("PLTE", [1, 2, 3]), indexed = ("IHDR", TestPng.Header(4, 6, 8, 3, false)), rgb = ("IHDR", TestPng.Header(4, 6, 8, 2, false));
        Refused("begins with a IDAT", Data, Head, s_end);
        Refused("two headers", Head, Head, Data, s_end);
        Refused("no pixels", Head, s_end);
        Refused("interrupted", Head, Data, ("tEXt", "a\0b"u8.ToArray()), Data, s_end);
        Refused("no palette", indexed, Data, s_end);
        Refused("two palettes", indexed, palette, palette, Data, s_end);
        Refused("grey but has a palette", Head, palette, Data, s_end);
        Refused("palette has 4 bytes", indexed, ("PLTE", new byte[4]), Data, s_end);
        Refused("palette has 0 bytes", indexed, ("PLTE", []), Data, s_end);
        Refused("palette has 771 bytes", indexed, ("PLTE", new byte[771]), Data, s_end);
        Refused("before its palette", indexed, ("tRNS", [1]), palette, Data, s_end);
        Refused("tRNS chunk has 2 bytes", indexed, palette, ("tRNS", [1, 2]), Data, s_end);
        Refused("tRNS chunk has 2 bytes", rgb, ("tRNS", [1, 2]), Data, s_end);
        Refused("two tRNS", Head, ("tRNS", [1, 2]), ("tRNS", [1, 2]), Data, s_end);
        Refused("alpha channel", ("IHDR", TestPng.Header(4, 6, 8, 6, false)), ("tRNS", [1, 2]), Data, s_end);
        Refused("indispensable", Head, ("ABCD", []), Data, s_end);
        Refused("IEND chunk has 1 bytes", Head, Data, ("IEND", [0]));
        Refused("its end is missing", Head, Data);
    }

    [Fact]
    public void A_filter_that_does_not_exist_is_refused() => Refused("its pixel data is broken", Head, ("IDAT", TestPng.Deflate([5, .. new byte[27]])), s_end);

    [Fact]
    public void Bad_texts_are_refused()
    {
        Refused("keyword of its tEXt chunk has no end", Head, ("tEXt", "abc"u8.ToArray()), Data, s_end);
        Refused("0 characters", Head, ("tEXt", "\0abc"u8.ToArray()), Data, s_end);
        Refused("80 characters", Head, ("tEXt", [.. Enumerable.Repeat((byte)'k', 80), 0]), Data, s_end);
        Refused("not valid UTF-8", Head, ("iTXt", [.. "k\0\0\0\0\0"u8, 0xC3]), Data, s_end);
        Refused("language", Head, ("iTXt", "k\0\0\0"u8.ToArray()), Data, s_end);
        Refused("translated keyword", Head, ("iTXt", "k\0\0\0de\0t"u8.ToArray()), Data, s_end);
        Refused("way PNG does not have", Head, ("zTXt", "k\0\u0001abc"u8.ToArray()), Data, s_end);
        Refused("way PNG does not have", Head, ("iTXt", "k\0\u0002\0\0\0"u8.ToArray()), Data, s_end);
        Refused("is broken", Head, ("zTXt", "k\0\0no zlib"u8.ToArray()), Data, s_end);
    }

    [Fact]
    public void Compressed_text_cut_short_anywhere_is_refused()
    {
        byte[] compressed = TestPng.Deflate("a text of some words, words, words"u8.ToArray());
        for (int length = 0; length < compressed.Length; length++) Refused("compressed text", Head, ("zTXt", [.. "k\0\0"u8, .. compressed[..length]]), Data, s_end);
    }

    [Fact]
    public void Texts_have_a_limit_before_and_after_inflating_and_together()
    {
        Refused("at most 1048576 are read; remove", Head, ("tEXt", [(byte)'k', 0, .. new byte[1 << 20]]), Data, s_end);
        Refused("inflates to more than 1048576 bytes", Head, ("zTXt", [(byte)'k', 0, 0, .. TestPng.Deflate(new byte[(1 << 20) + 1])]), Data, s_end);
        (string, byte[]) bomb = ("zTXt", [(byte)'k', 0, 0, .. TestPng.Deflate(new byte[1 << 20])]);
        Refused("more than 16777216 bytes together", [Head, .. Enumerable.Repeat(bomb, 20), Data, s_end]);
        Refused("more than 16777216 bytes together", [Head, .. Enumerable.Repeat(("tEXt", "k\0"u8.ToArray()), 4097), Data, s_end]);
    }

    [Fact]
    public void A_chunk_that_claims_more_than_the_file_has_is_refused_before_memory_is_taken()
    {
        byte[] file = [.. TestPng.File([Head]), 0x7F, 0xFF, 0xFF, 0xFF, .. "teSt"u8, 1, 2, 3];
        Assert.Contains("cut short in its teSt chunk", Assert.Throws<ImageFormatException>(() => PngReadingTests.Read(file)).Message, StringComparison.Ordinal);
        file[33] = 0xFF;
        Assert.Contains("claims 4294967295 bytes", Assert.Throws<ImageFormatException>(() => PngReadingTests.Read(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_of_the_disk_stays_one()
    {
        using FailingStream stream = new(WithTexts(s_grey), failAt: 90);
        Assert.Equal("the cable was pulled", Assert.Throws<IOException>(() => ImageReader.Read(stream, "test.png")).Message);
    }

    private static byte[] WithTexts(TestPng png) => new TestPng
    {
        Height = png.Height,
        Width = png.Width,
        Depth = png.Depth,
        Color = png.Color,
        Sample = png.Sample,
        Interlaced = png.Interlaced,
        Palette = png.Palette,
        Transparency = png.Color == 3 ? [9, 8] : null,
        Extra = [("tEXt", "k\0text"u8.ToArray()), ("zTXt", [.. "z\0\0"u8, .. TestPng.Deflate("zipped"u8.ToArray())]),
            ("iTXt", [.. "i\0\u0001\0en\0\0"u8, .. TestPng.Deflate("é"u8.ToArray())])],
        DataChunk = 40,
    }.ToArray();

    private static void Refused(string sentence, params (string, byte[])[] chunks)
    {
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => PngReadingTests.Read(TestPng.File(chunks)));
        Assert.StartsWith("Cannot read 'test.png'", error.Message, StringComparison.Ordinal);
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    private sealed class FailingStream(byte[] bytes, long failAt) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) =>
            Position + buffer.Length > failAt ? throw new IOException("the cable was pulled") : base.Read(buffer);
    }
}
