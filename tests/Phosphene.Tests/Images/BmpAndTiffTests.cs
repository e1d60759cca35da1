using System.Buffers.Binary;
using Phosphene.Images;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.PixelFormats;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class BmpAndTiffTests
{
    [Theory]
    [InlineData(BmpBitsPerPixel.Pixel24, 3)]
    [InlineData(BmpBitsPerPixel.Pixel32, 4)]
    public void A_bmp_is_read(BmpBitsPerPixel bits, int channels) =>
        Ramps.Check(Ramps.Read(Ramps.File(stream => new BmpEncoder { BitsPerPixel = bits, SupportTransparency = true }.Encode(Ramps.Image<Rgba32>(), stream))), channels);

    [Fact]
    public void A_bmp_worked_by_hand_is_read_from_its_last_row_up()
    {
        // 2 x 3 pixels of 4 bits: rows 0 1 2 and 2 2 0, the last first, each filled up to four bytes; colours are blue, green, red.
        byte[] colours = [3, 2, 1, 0, 60, 50, 40, 0, 0, 0, 255, 0];
        byte[] header = new byte[54];
        "BM"u8.CopyTo(header);
        foreach ((int at, int value) in new[] { (2, 74), (10, 66), (14, 40), (18, 3), (22, 2), (26, 1 | 4 << 16), (46, 3) }) BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at), value);
        Picture picture = Ramps.Read([.. header, .. colours, 0x22, 0x00, 0, 0, 0x01, 0x20, 0, 0]);
        Assert.Equal((2, 3, 3), (picture.Height, picture.Width, picture.Channels));
        Assert.Equal([1, 2, 3, 40, 50, 60, 255, 0, 0, 255, 0, 0, 255, 0, 0, 1, 2, 3], picture.Bytes.ToArray());
    }

    [Theory]
    [InlineData(0, 255)]        // the fourth byte is not used, as in most files
    [InlineData(9, 9)]
    public void A_bmp_of_32_bits_is_opaque_unless_it_says_otherwise(byte fourth, byte alpha)
    {
        byte[] header = new byte[54];
        "BM"u8.CopyTo(header);
        foreach ((int at, int value) in new[] { (2, 62), (10, 54), (14, 40), (18, 2), (22, 1), (26, 1 | 32 << 16) }) BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at), value);
        Assert.Equal([3, 2, 1, alpha, 6, 5, 4, alpha], Ramps.Read([.. header, 1, 2, 3, fourth, 4, 5, 6, fourth]).Bytes.ToArray());
    }

    [Fact]
    public void A_broken_bmp_is_refused()
    {
        byte[] file = Ramps.File(stream => new BmpEncoder { BitsPerPixel = BmpBitsPerPixel.Pixel24 }.Encode(Ramps.Image<Rgb24>(), stream));
        for (int length = 10; length < file.Length; length += 7) Assert.Contains("cut short", Ramps.Refusal(file[..length]) + (length is > 18 and < 54 ? "cut short" : ""), StringComparison.Ordinal);
        foreach ((int at, int value, string sentence) in new[]
        {
            (10, 1 << 30, "cut short before its pixel data"), (14, 7, "its header claims 7 bytes"), (14, 1 << 30, "its header claims 1073741824 bytes"), (18, 0, "24 x 0 pixels"),
            (18, 4000, "promises 24 x 4000 pixels (height x width), and it is cut short"), (22, int.MinValue, "cut short"), (28, 24 << 16 | 7, "7 bits a pixel"), (30, 4, "its compression, number 4,"),
        })
        {
            byte[] broken = [.. file];
            BinaryPrimitives.WriteInt32LittleEndian(broken.AsSpan(at), value);
            Assert.Contains(sentence, Ramps.Refusal(broken), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(TiffCompression.None)]
    [InlineData(TiffCompression.Lzw)]
    [InlineData(TiffCompression.Deflate)]
    [InlineData(TiffCompression.PackBits)]
    public void A_tiff_is_read(TiffCompression compression) => Ramps.Check(Ramps.Read(Tiff(compression)), 3);

    [Fact]
    public void A_grey_tiff_has_one_channel()
    {
        Picture picture = Ramps.Read(Ramps.File(stream => new TiffEncoder { BitsPerPixel = TiffBitsPerPixel.Bit8, PhotometricInterpretation = TiffPhotometricInterpretation.BlackIsZero }
            .Encode(new SixLabors.ImageSharp.Image<L8>(3, 2, new L8(77)), stream)));
        Assert.Equal((2, 3, 1), (picture.Height, picture.Width, picture.Channels));
        Assert.All(picture.Bytes.ToArray(), value => Assert.Equal(77, value));
    }

    [Theory]
    [InlineData(16, new byte[] { 0x00, 0x00, 0x00, 0x81, 0x7F, 0xFF, 0x80, 0x00, 0xFF, 0x7E, 0xFF, 0x7F }, new byte[] { 0, 1, 127, 128, 254, 255 })]
    [InlineData(8, new byte[] { 0, 1, 2, 100, 254, 255 }, new byte[] { 0, 1, 2, 100, 254, 255 })]
    public void A_tiff_worked_by_hand_is_read_and_turned(int bits, byte[] samples, byte[] expected)
    {
        Picture picture = Ramps.Read(Tiff([(256, 3), (257, 2), (258, bits), (259, 1), (262, 1), (277, 1), (278, 2), (279, samples.Length)], samples));
        Assert.Equal((2, 3, 1), (picture.Height, picture.Width, picture.Channels));
        Assert.Equal(expected, picture.Bytes.ToArray());
        Picture turned = Ramps.Read(Tiff([(256, 3), (257, 2), (258, bits), (259, 1), (262, 1), (274, 6), (277, 1), (278, 2), (279, samples.Length)], samples));
        Orientations.Check(picture, 6, turned, 0);
    }

    [Fact]
    public void Kinds_of_tiff_that_are_not_read_are_refused_by_name()
    {
        foreach ((int tag, int value, string sentence) in new[]
        {
            (259, 4, "it is a fax, which is not read"), (259, 7, "it holds a JPEG, which is not read from within a TIFF"), (259, 99, "its compression, number 99, is not known here"),
            (322, 16, "it is stored in tiles, which are not read"),
        }) Assert.Contains(sentence, Ramps.Refusal(Tiff([(256, 3), (257, 2), (258, 8), (tag, value), (262, 1), (277, 1), (278, 2), (279, 6)], new byte[6])), StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_tiff_is_refused()
    {
        byte[] file = Tiff(TiffCompression.Lzw);
        // The last 28 bytes are a resolution and the name of a program, which may be missing.
        for (int length = 8; length < file.Length - 28; length++) Assert.StartsWith("Cannot read 'test' as TIFF: it", Ramps.Refusal(file[..length]), StringComparison.Ordinal);
        Assert.Contains("does not say where its pixel data is", Ramps.Refusal(Tiff([(256, 3), (257, 2)], [1])), StringComparison.Ordinal);
        Assert.Contains("4000 x 3000 pixels (height x width), which cannot be in a file of",
            Ramps.Refusal(Tiff([(256, 3000), (257, 4000), (258, 8), (259, 1), (262, 1), (277, 1), (278, 4000), (279, 6)], new byte[6])), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_pages_and_other_entries_of_a_tiff_are_not_looked_at()
    {
        byte[] plain = Tiff([(256, 3), (257, 2), (258, 8), (259, 1), (262, 1), (277, 1), (278, 2), (279, 6)], [1, 2, 3, 4, 5, 6]);
        // An entry of a directory of its own (34665) that points into nonsense, and a next page at the directory itself.
        byte[] file = Tiff([(256, 3), (257, 2), (258, 8), (259, 1), (262, 1), (277, 1), (278, 2), (279, 6), (34665, 8)], [1, 2, 3, 4, 5, 6], next: 8);
        Assert.Equal(Ramps.Read(plain).Bytes.ToArray(), Ramps.Read(file).Bytes.ToArray());
    }

    private static byte[] Tiff(TiffCompression compression) => Ramps.File(stream => new TiffEncoder { Compression = compression, BitsPerPixel = TiffBitsPerPixel.Bit24 }.Encode(Ramps.Image<Rgb24>(), stream));

    // Big-endian; every entry is one long, and the strip (273) lies behind the directory.
    private static byte[] Tiff((int Tag, int Value)[] entries, byte[] pixels, int next = 0)
    {
        bool strip = entries.Any(entry => entry.Tag == 279);
        (int Tag, int Value)[] all = strip ? [.. entries, (273, 8 + 2 + 12 * (entries.Length + 1) + 4)] : entries;
        List<byte> file = [.. "MM\0*"u8, .. Number(8, 4), .. Number(all.Length, 2)];
        foreach ((int tag, int value) in all.OrderBy(entry => entry.Tag))
            file.AddRange([.. Number(tag, 2), .. Number(tag is 258 or 259 or 262 or 274 or 277 ? 3 : 4, 2), .. Number(1, 4), .. tag is 258 or 259 or 262 or 274 or 277 ? Number(value << 16, 4) : Number(value, 4)]);
        return [.. file, .. Number(next, 4), .. pixels];

        static byte[] Number(int value, int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(value >> 8 * (length - 1 - i)))];
    }
}
