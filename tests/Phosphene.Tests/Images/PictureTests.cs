using System.Globalization;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class PictureTests
{
    [Fact]
    public void Planar_numbers_are_interleaved_height_before_width()
    {
        float[] planar = [0, 0.2f, 0.4f, 0.6f, 0.8f, 1, .. Enumerable.Repeat(1f, 6), .. Enumerable.Repeat(0f, 6)];      // [3, 2, 3]: red rises, green full, blue none
        Picture picture = Picture.FromPlanar(planar, 3, 2, 3);
        Assert.Equal((2, 3, 3), (picture.Height, picture.Width, picture.Channels));
        Assert.Equal([0, 255, 0, 51, 255, 0, 102, 255, 0, 153, 255, 0, 204, 255, 0, 255, 255, 0], picture.Bytes.ToArray());
        Assert.Equal([153, 255, 0, 204, 255, 0, 255, 255, 0], picture.Row(1).ToArray());
    }

    [Fact]
    public void Numbers_are_rounded_to_the_nearest_level_and_clipped() =>
        Assert.Equal([0, 0, 1, 128, 254, 255, 255], Picture.FromPlanar([-3f, 0.49f / 255, 0.51f / 255, 0.5f, 254.49f / 255, 254.51f / 255, 1.5f], 1, 1, 7).Bytes.ToArray());

    [Fact]
    public void Every_level_survives_the_way_to_numbers_and_back()
    {
        Picture picture = new(16, 16, 1, [.. Enumerable.Range(0, 256).Select(i => (byte)i)]);
        Assert.Equal(picture.Bytes.ToArray(), Picture.FromPlanar(picture.ToPlanar().AsSpan(0, 256), 1, 16, 16).Bytes.ToArray());
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.PositiveInfinity, "Infinity")]
    public void A_number_that_is_none_is_refused_with_its_place(float value, string shown)
    {
        float[] planar = new float[3 * 2 * 5];
        planar[10 + 7] = value;
        ArgumentException error = Assert.Throws<ArgumentException>(() => Picture.FromPlanar(planar, 3, 2, 5));
        Assert.Contains($"is {shown} in channel 1 at y 1, x 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grey_is_repeated_in_three_channels() => Assert.Equal([0, 1, 0, 1, 0, 1], new Picture(1, 2, 1, [0, 255]).ToPlanar());

    [Fact]
    public void Transparent_pixels_are_laid_over_mid_grey()
    {
        float[] planar = new Picture(1, 3, 4, [255, 0, 0, 255, 255, 0, 0, 0, 255, 0, 0, 51]).ToPlanar();      // opaque, hidden, and a fifth of red
        float[] expected = [1, 0.5f, 0.6f, 0, 0.5f, 0.4f, 0, 0.5f, 0.4f];
        for (int i = 0; i < 9; i++) Assert.Equal(expected[i], planar[i], 1e-6f);
    }

    [Theory]
    [InlineData(0, 5, 3)]
    [InlineData(5, 0, 3)]
    [InlineData(5, 5, 2)]
    [InlineData(16_385, 1, 1)]
    [InlineData(-1, -1, 1)]
    public void An_impossible_size_is_refused(int height, int width, int channels) =>
        Assert.Throws<ArgumentException>(() => new Picture(height, width, channels, new byte[Math.Abs(height * width * channels)]));

    [Fact]
    public void A_wrong_number_of_bytes_is_refused_with_both_numbers() =>
        Assert.Contains("has 30 bytes; got 29", Assert.Throws<ArgumentException>(() => new Picture(2, 5, 3, new byte[29])).Message, StringComparison.Ordinal);

    [Fact]
    public void The_bytes_are_copied()
    {
        byte[] bytes = [1, 2, 3];
        Picture picture = new(1, 1, 3, bytes);
        bytes[0] = 9;
        Assert.Equal(1, picture.Bytes[0]);
    }

    /// <summary>The results of Pillow 9.4, Image.resize(..., Image.BILINEAR), on pixels that are a function of the place.</summary>
    [Theory]
    [InlineData(7, 11, 1, 3, 4, "5B7E7E6E717E8C9E5E4A769D")]
    [InlineData(6, 5, 1, 6, 2, "1D5771987F93616F838B7C73")]
    [InlineData(6, 5, 1, 2, 5, "42666A9280877862868B")]
    [InlineData(
        5, 4, 3, 7, 9,
        "0061C20566C71273D41F80E12C8DEE3899FA45A6A452B33F57B8191E7FE02687D03B9CA350A97F657C947950A98E5C93A37177AA796C44A5BD50A4AA6FA377899A4F87686E85"
        + "358C9F498EBE688CCA748C6ACB2C79AF3BA26664BC2B8C7354B5297CDD43A4A26CCD597BDC3D903A528440646553974D68BF5E9BA070CD8162C3984FB0B648A9C1B61778A22D"
        + "7C6C6A883FA09252B39465C6966BA2AA7176BF7366C7D43596C34F8595935769CA3A4DAE8F3192E46866C7AC3899C62788")]
    [InlineData(
        9, 6, 4, 4, 5,
        "5197945B806B80877A6C766E66B5605A72D241889C486FAA83837D86809B86859763798A619745718C61727B934E7B938B59798F73948B732B8BC340867B4C90849178669347"
        + "7D8E95996E6FA059976F")]
    public void Resizing_agrees_with_pillow_byte_for_byte(int height, int width, int channels, int newHeight, int newWidth, string expected)
    {
        byte[] bytes = [.. from y in Enumerable.Range(0, height)
                           from x in Enumerable.Range(0, width)
                           from c in Enumerable.Range(0, channels)
                           select (byte)(y * 53 + x * 29 + c * 97 + y * x % 7 * 31)];
        Assert.Equal(expected, Convert.ToHexString(new Picture(height, width, channels, bytes).Resize(newHeight, newWidth).Bytes));
    }

    [Fact]
    public void Resizing_a_flat_picture_keeps_its_colour()
    {
        byte[] color = [255, 130, 7];
        Picture flat = new(9, 5, 3, [.. Enumerable.Range(0, 45).SelectMany(_ => color)]);
        foreach ((int height, int width) in new[] { (1, 1), (3, 2), (17, 31), (9, 4), (2, 5) })
            Assert.All(flat.Resize(height, width).Bytes.ToArray().Chunk(3), pixel => Assert.Equal(color, pixel));
    }

    [Fact]
    public void Hidden_colours_do_not_bleed_when_resizing()
    {
        Picture picture = new(1, 2, 4, [200, 100, 50, 255, 0, 255, 0, 0]);      // a visible pixel beside a wholly transparent green one
        Assert.Equal([199, 99, 49, 128], picture.Resize(1, 1).Bytes.ToArray());     // 255 · (200 · 128/255) / 128 with Pillow's rounding down
    }

    [Fact]
    public void A_crop_takes_the_middle_and_rounds_half_margins_to_even()
    {
        Picture picture = new(4, 7, 1, [.. Enumerable.Range(0, 28).Select(i => (byte)i)]);
        Assert.Equal([9, 10, 11, 16, 17, 18], picture.CenterCrop(2, 3).Bytes.ToArray());
        Assert.Equal([2, 3, 4, 5], picture.CenterCrop(1, 4).Row(0).ToArray().Select(v => v - 14));      // margins 3 and 3: 1.5 becomes 2
        Assert.Equal([0, 1, 2, 3, 4, 5], picture.CenterCrop(3, 6).Row(0).ToArray());                     // margins 1 and 1: 0.5 becomes 0
    }

    [Fact]
    public void A_crop_larger_than_the_picture_is_refused_with_both_sizes() =>
        Assert.Contains(
            "5 x 3 (height x width) does not fit in the 4 x 7 RGB picture",
            Assert.Throws<ArgumentException>(() => PngWriterTests.Noise(4, 7, 3).CenterCrop(5, 3)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_contact_sheet_is_filled_row_by_row()
    {
        Picture[] pictures = [.. Enumerable.Range(1, 3).Select(i => new Picture(1, 2, 1, [(byte)i, (byte)(10 * i)]))];
        Picture sheet = Picture.Tile(pictures, columns: 2, gap: 1);
        Assert.Equal((3, 5, 1), (sheet.Height, sheet.Width, sheet.Channels));
        Assert.Equal([1, 10, 255, 2, 20, 255, 255, 255, 255, 255, 3, 30, 255, 255, 255], sheet.Bytes.ToArray());
    }

    [Fact]
    public void A_contact_sheet_has_the_most_channels_and_no_empty_columns()
    {
        Picture sheet = Picture.Tile([new Picture(1, 1, 1, [7]), new Picture(1, 1, 4, [1, 2, 3, 4]), new Picture(1, 1, 3, [5, 6, 7])], columns: 9, gap: 0);
        Assert.Equal((1, 3, 4), (sheet.Height, sheet.Width, sheet.Channels));
        Assert.Equal([7, 7, 7, 255, 1, 2, 3, 4, 5, 6, 7, 255], sheet.Bytes.ToArray());
    }

    [Fact]
    public void A_contact_sheet_of_differing_sizes_or_of_nothing_or_too_large_is_refused()
    {
        Picture small = PngWriterTests.Noise(2, 3, 3), other = PngWriterTests.Noise(3, 2, 3);
        Assert.Contains("Picture 1", Assert.Throws<ArgumentException>(() => Picture.Tile([small, other], 2, 0)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Picture.Tile([], 2, 0));
        Assert.Contains("16384", Assert.Throws<ArgumentException>(() => Picture.Tile([small, small], 2, 16_380)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Picture.Tile([small, small], 1, int.MaxValue));
    }

    [Fact]
    public void A_picture_survives_the_disk_with_its_texts()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("phosphene").FullName, "p.png");
        Picture picture = PngWriterTests.Noise(7, 5, 3);
        picture.Save(path, [new("k", "v")]);
        Assert.Equal(picture.Bytes.ToArray(), Picture.Load(path).Bytes.ToArray());
        Assert.Equal([new PngText("k", "v")], ImageReader.Read(path).Texts);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData("49492B0008000000", "a BigTIFF image")]
    [InlineData("000000206674797061766966", "an AVIF image")]
    [InlineData("00000018667479706865696300000000", "a HEIC image")]
    [InlineData("0000000C4A584C200D0A870A", "a JPEG XL image")]
    [InlineData("50360A33203220323535", "a PNM image")]
    [InlineData("89504E470D0A1A0A000000", "a PNG image")]
    [InlineData("504E470A1A0A0000000D49484452", "a PNG image whose first bytes were changed, as a text-mode copy does")]
    [InlineData("89504E", "the very start of a PNG image and ends there")]
    [InlineData("FFD8", "the very start of a JPEG image and ends there")]
    [InlineData("", "an empty file")]
    [InlineData("0102030405060708", "no image that is known here")]
    public void A_file_of_another_format_is_refused_by_what_it_is(string hex, string what)
    {
        ImageFormatException error = Assert.Throws<ImageFormatException>(() => ImageReader.Read(new MemoryStream(Convert.FromHexString(hex)), "cat.jpg"));
        Assert.Equal(
            what == "a PNG image" ? "Cannot read 'cat.jpg' as PNG: its end is missing; export or download the file again."
                : $"Cannot read 'cat.jpg': it is {what}; give a PNG, JPEG, WebP, GIF, BMP or TIFF image.",
            error.Message);
    }

    [Fact]
    public void A_stream_that_cannot_seek_is_read()
    {
        using MemoryStream file = new();
        PngWriter.Write(file, PngWriterTests.Noise(90, 70, 3));
        file.Position = 0;
        using var pipe = new Pipe(file);
        Assert.Equal(PngWriterTests.Noise(90, 70, 3).Bytes.ToArray(), ImageReader.Read(pipe, "-").Picture.Bytes.ToArray());
    }

    [Fact]
    public void A_file_of_more_bytes_than_may_be_in_memory_is_refused_before_it_is_read()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("phosphene").FullName, "large.bmp");
        using (FileStream file = File.Create(path))
        {
            file.Write([(byte)'B', (byte)'M', .. new byte[30]]);
            file.SetLength(ImageReader.MaximumMemory + 1L);
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal($"Cannot read '{path}' as BMP: reading it takes more than 224 MiB of memory; shrink it first.", Assert.Throws<ImageFormatException>(() => Picture.Load(path)).Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Text_of_a_picture_names_height_before_width() =>
        Assert.Equal("4 x 7 RGB picture", string.Create(CultureInfo.InvariantCulture, $"{PngWriterTests.Noise(4, 7, 3)}"));

    private sealed class Pipe(Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 1000));

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
