using System.Buffers.Binary;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class JpegTests
{
    private static byte[] Sample(string name) => File.ReadAllBytes(Ramps.Sample(name));

    [Theory]
    [InlineData("baseline.jpg", 3)]
    [InlineData("progressive.jpg", 3)]
    [InlineData("progressive-restarts.jpg", 3)]
    [InlineData("separate-restarts.jpg", 3)]
    [InlineData("subsampled.jpg", 11)]       // two columns of blue share a value, and 95 is not 100
    public void Every_order_of_its_data_gives_the_picture(string name, int tolerance) => Ramps.Check(Picture.Load(Ramps.Sample(name)), 3, tolerance);

    [Fact]
    public void Grey_has_one_channel()
    {
        Picture picture = Picture.Load(Ramps.Sample("grey.jpg"));
        Assert.Equal((24, 40, 1), (picture.Height, picture.Width, picture.Channels));
        for (int y = 0; y < 24; y++)
            for (int x = 0; x < 40; x++) Assert.InRange(picture.Row(y)[x], 4 * (x + y) - 2, 4 * (x + y) + 2);
    }

    [Fact]
    public void Cmyk_worked_by_hand()
    {
        // One block of ink 64, 128, 192 and 32 (as Adobe stores it, 255 is none): red is 64 · 32 / 255 = 8, green 16, blue 24.
        byte[] file = Flat([64, 128, 192, 32], transform: 0);
        Picture picture = Ramps.Read(file);
        Assert.Equal((8, 8, 3), (picture.Height, picture.Width, picture.Channels));
        Assert.All(picture.Bytes.ToArray().Chunk(3), pixel => Assert.Equal([8, 16, 24], pixel));
    }

    [Fact]
    public void Cmyk_as_luminance_and_chroma_worked_by_hand()
    {
        // Luminance 64 and no chroma are inks of 255 - 64 = 191: each colour is 191 · 32 / 255 = 24.
        Assert.All(Ramps.Read(Flat([64, 128, 128, 32], transform: 2)).Bytes.ToArray(), value => Assert.Equal(24, value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void The_orientation_of_its_exif_data_is_applied(int orientation)
    {
        byte[] upright = Sample("baseline.jpg");
        Orientations.Check(Ramps.Read(upright), orientation, Ramps.Read(WithExif(upright, Orientations.Exif(orientation))), 0);
        Orientations.Check(Ramps.Read(upright), orientation, Ramps.Read(WithExif(upright, Orientations.Exif(orientation, bigEndian: false))), 0);
    }

    [Fact]
    public void Exif_data_that_make_no_sense_are_no_orientation()
    {
        byte[] upright = Sample("baseline.jpg"), far = Orientations.Exif(6);
        far[4] = 0x7F;
        foreach (byte[] exif in new[] { [], Orientations.Exif(0), Orientations.Exif(9), Orientations.Exif(6)[..20], far, "MM\0*\0\0"u8.ToArray() })
            Assert.Equal(Ramps.Read(upright).Bytes.ToArray(), Ramps.Read(WithExif(upright, exif)).Bytes.ToArray());
    }

    [Fact]
    public void What_follows_its_end_is_not_looked_at() => Ramps.Check(Ramps.Read([.. Sample("baseline.jpg"), .. Sample("grey.jpg"), 0xFF, 0xDA]), 3, 3);

    [Fact]
    public void A_file_cut_short_anywhere_is_refused()
    {
        foreach (string name in new[] { "baseline.jpg", "progressive.jpg" })
        {
            byte[] file = Sample(name);
            for (int length = 4; length < file.Length; length++) Assert.StartsWith("Cannot read 'test' as JPEG: it", Ramps.Refusal(file[..length]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Kinds_that_are_not_read_are_refused_by_name()
    {
        const string export = "; export it as an ordinary PNG or JPEG.";
        Assert.Equal("Cannot read 'test' as JPEG: it is a JPEG with arithmetic coding, which is not read" + export, Ramps.Refusal(Sample("arithmetic.jpg")));
        Assert.Equal("Cannot read 'test' as JPEG: it is a sequential JPEG with some colour channels in a scan of their own, which is not read" + export,
            Ramps.Refusal(Sample("partly-interleaved.jpg")));
        foreach ((byte marker, string kind) in new (byte, string)[] { (0xC3, "a lossless JPEG"), (0xC5, "a hierarchical JPEG"), (0xC7, "a lossless JPEG"), (0xC9, "a JPEG with arithmetic coding") })
            Assert.Equal($"Cannot read 'test' as JPEG: it is {kind}, which is not read" + export, Ramps.Refusal(Changed(0xC0, 1, marker)));
        Assert.Contains("16 bits a sample, and 8 or 12 are read", Ramps.Refusal(Changed(0xC0, 4, 16)), StringComparison.Ordinal);
        Assert.Contains("2 colour channels, and 1, 3 or 4 are read", Ramps.Refusal(Flat([1, 2])), StringComparison.Ordinal);
        Assert.Contains("a CMYK JPEG without Adobe's marker", Ramps.Refusal(Flat([64, 128, 192, 32])), StringComparison.Ordinal);
        Assert.Contains("fractional ratio", Ramps.Refusal(Changed(0xC0, 11, 0x31, 14, 0x21)), StringComparison.Ordinal);
    }

    [Fact]
    public void Broken_segments_are_refused()
    {
        foreach ((byte[] file, string sentence) in new[]
        {
            (Changed(0xC0, 5, 0, 6, 0), "its header gives 0 x 40 pixels"),
            (Changed(0xC0, 11, 0x51), "its header is broken"),
            (Changed(0xC0, 13, 1), "its header is broken"),
            (Changed(0xC4, 4, 0x34), "its Huffman tables are broken"),
            (Changed(0xC4, 5, 255), "its Huffman tables are broken"),
            (Changed(0xDA, 5, 9), "a scan is of a colour channel that is not there"),
            (Changed(0xDA, 6, 0x33), "a scan needs a Huffman table that is not there"),
            (Changed(0xDB, 3, 0), "it is cut short, or a segment of it has a wrong length"),
            (Changed(0xDB, 1, 0xDC), "a segment FFDC"),
        }) Assert.Contains(sentence, Ramps.Refusal(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_scans_are_refused()
    {
        byte[] file = Sample("progressive.jpg");
        int scan = file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        byte[] many = [.. file[..^2], .. Enumerable.Repeat(file[scan..^2], 10_000).SelectMany(bytes => bytes), 0xFF, 0xD9];
        Assert.Equal("Cannot read 'test' as JPEG: it has more than 32 scans, the most that are read; save it again.", Ramps.Refusal(many));
        Ramps.Check(Ramps.Read([.. file[..^2], .. file[scan..^2], 0xFF, 0xD9]), 3, 255);      // one more is read
    }

    [Fact]
    public void A_header_that_promises_more_than_the_file_can_hold_is_refused()
    {
        Assert.Equal("Cannot read 'test' as JPEG: its header promises 4000 x 3000 pixels (height x width), which cannot be in a file of 991 bytes; export or download the file again.",
            Ramps.Refusal(Changed(0xC0, 5, 4000 >> 8, 6, 4000 & 255, 7, 3000 >> 8, 8, 3000 & 255)));
        Assert.Contains("at most 16384 a side and 67108864 in all are read", Ramps.Refusal(Changed(0xC0, 5, 255)), StringComparison.Ordinal);
    }

    // The baseline sample with other bytes at places from the start of a segment.
    private static byte[] Changed(byte marker, params int[] placesAndBytes)
    {
        byte[] file = Sample("baseline.jpg");
        int start = file.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, marker]);
        for (int i = 0; i < placesAndBytes.Length; i += 2) file[start + placesAndBytes[i]] = (byte)placesAndBytes[i + 1];
        return file;
    }

    internal static byte[] WithExif(byte[] jpeg, byte[] exif)
    {
        byte[] length = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(length, (short)(exif.Length + 8));
        return [0xFF, 0xD8, 0xFF, 0xE1, .. length, .. "Exif\0\0"u8, .. exif, .. jpeg[2..]];
    }

    // One block, each channel flat: with quantum 8 the coefficient is the level minus 128. The only code for its size is 00, for the end of a block 0.
    private static byte[] Flat(byte[] levels, byte? transform = null)
    {
        int n = levels.Length;
        string bits = string.Concat(levels.Select(level =>
        {
            int value = level - 128, size = value == 0 ? 0 : 1 + (int)Math.Log2(Math.Abs(value));
            int extra = value < 0 ? value + (1 << size) - 1 : value;
            return Convert.ToString(size, 2).PadLeft(4, '0') + (size == 0 ? "" : Convert.ToString(extra, 2).PadLeft(size, '0')) + "0";
        })) + "1111111";
        byte[] data = [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(8 * i, 8), 2)).SelectMany(b => b == 255 ? new byte[] { 255, 0 } : [b])];
        return
        [
            0xFF, 0xD8,
            .. transform is { } adobe ? (byte[])[0xFF, 0xEE, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, adobe] : [],
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Repeat((byte)8, 64),
            0xFF, 0xC0, 0, (byte)(8 + 3 * n), 8, 0, 8, 0, 8, (byte)n, .. Enumerable.Range(1, n).SelectMany(id => new byte[] { (byte)id, 0x11, 0 }),
            0xFF, 0xC4, 0, 31, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Range(0, 12).Select(i => (byte)i),      // sizes 0 to 11, as 0000 to 1011
            0xFF, 0xC4, 0, 20, 0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0xFF, 0xDA, 0, (byte)(6 + 2 * n), (byte)n, .. Enumerable.Range(1, n).SelectMany(id => new byte[] { (byte)id, 0 }), 0, 63, 0,
            .. data, 0xFF, 0xD9,
        ];
    }
}
