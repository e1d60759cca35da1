using System.Security.Cryptography;
using Phosphene.Images;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Tests.Images;

public sealed class PngReadingTests
{
    public static TheoryData<int, int, bool> Kinds() => Kinds([(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16])]);

    public static TheoryData<int, int, bool> KindsWithoutAlpha() => Kinds([(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8])]);

    private static TheoryData<int, int, bool> Kinds((int, int[])[] colors)
    {
        TheoryData<int, int, bool> kinds = [];
        foreach ((int color, int[] depths) in colors)
            foreach (int depth in depths)
                foreach (bool interlaced in new[] { false, true })
                    kinds.Add(color, depth, interlaced);
        return kinds;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_colour_type_bit_depth_and_interlacing_is_read(int color, int depth, bool interlaced)
    {
        foreach ((int height, int width) in new[] { (1, 1), (2, 1), (1, 5), (3, 2), (5, 9), (8, 8), (13, 7), (11, 19) })
        {
            if (interlaced && width < 5) continue;      // refused by name
            TestPng png = Example(height, width, depth, color, interlaced);
            Assert.Equal(Expected(png), Pixels(Read(png.ToArray())));
        }
    }

    [Theory]
    [MemberData(nameof(KindsWithoutAlpha))]
    public void Transparency_chunks_are_applied(int color, int depth, bool interlaced)
    {
        TestPng plain = Example(6, 9, depth, color, interlaced);
        byte[] transparency = color == 3
            ? [.. Enumerable.Repeat((byte)255, plain.Sample(4, 5, 0)), 17]
            : [.. Enumerable.Range(0, plain.Samples).SelectMany(s => new[] { (byte)(plain.Sample(4, 5, s) >> 8), (byte)plain.Sample(4, 5, s) })];
        TestPng png = Example(6, 9, depth, color, interlaced, transparency);

        Picture picture = Read(png.ToArray());

        Assert.Equal(4, picture.Channels);
        Assert.Equal(Expected(png), Pixels(picture));
        Assert.Contains(Pixels(picture), pixel => pixel.A == (color == 3 ? 17 : 0));
        Assert.Contains(Pixels(picture), pixel => pixel.A == 255);
    }

    [Fact]
    public void Channels_follow_the_colour_type()
    {
        Assert.Equal([1, 3, 3, 4, 4], new[] { 0, 2, 3, 4, 6 }.Select(color => Read(Example(3, 5, 8, color, false).ToArray()).Channels));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Each_filter_is_undone_from_the_first_row_on(int filter)
    {
        foreach (int color in new[] { 0, 2, 6 })
        {
            TestPng kind = Example(5, 7, 8, color, false);
            TestPng png = new() { Height = 5, Width = 7, Depth = 8, Color = color, Sample = kind.Sample, Filter = _ => filter };
            Assert.Equal(Expected(png), Pixels(Read(png.ToArray())));
        }
    }

    [Fact]
    public void Pixel_data_may_be_cut_into_chunks_anywhere()
    {
        TestPng whole = Example(9, 6, 8, 2, false);
        TestPng cut = new() { Height = 9, Width = 6, Depth = 8, Color = 2, Sample = whole.Sample, DataChunk = 1 };
        Assert.Equal(Pixels(Read(whole.ToArray())), Pixels(Read(cut.ToArray())));
    }

    [Fact]
    public void Empty_pixel_chunks_and_unknown_optional_chunks_are_skipped()
    {
        TestPng png = Example(3, 5, 8, 0, false);
        byte[] file = TestPng.File([("IHDR", png.Header()), ("gAMA", [0, 0, 0xB1, 0x8F]), ("abCd", [1, 2, 3]), ("IDAT", []),
            ("IDAT", TestPng.Deflate(png.Rows())), ("IDAT", []), ("tIME", new byte[7]), ("IEND", [])]);
        Assert.Equal(Expected(png), Pixels(Read(file)));
    }

    [Fact]
    public void An_interlaced_picture_of_fewer_than_five_columns_is_refused_by_name()
    {
        foreach (int width in new[] { 1, 4 })
            Assert.Equal($"Cannot read 'test.png' as PNG: it is interlaced and {width} pixels wide, and interlaced ones are read from 5 pixels on; export it as an ordinary PNG or JPEG.",
                Assert.Throws<ImageFormatException>(() => Read(Example(9, width, 8, 2, true).ToArray())).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_colour_that_is_not_in_the_palette_is_black(bool interlaced)
    {
        TestPng png = new() { Height = 5, Width = 7, Depth = 8, Color = 3, Interlaced = interlaced, Sample = (y, x, _) => y == 3 && x == 4 ? 255 : 0, Palette = [10, 20, 30] };
        Assert.Equal(Enumerable.Range(0, 35).Select(i => i == 25 ? (0, 0, 0, 255) : (10, 20, 30, 255)), Pixels(Read(png.ToArray())));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(8)]
    public void The_orientation_of_an_exif_chunk_is_applied(int orientation)
    {
        TestPng png = Example(4, 6, 8, 0, false);
        Picture upright = Read(png.ToArray()), turned = Read(new TestPng { Height = 4, Width = 6, Depth = 8, Color = 0, Sample = png.Sample, Extra = [("eXIf", Orientations.Exif(orientation))] }.ToArray());
        Orientations.Check(upright, orientation, turned, 0);
    }

    [Fact]
    public void Of_an_animated_png_the_default_image_is_read()
    {
        TestPng png = Example(3, 5, 8, 2, false), next = Example(3, 5, 8, 2, true);
        byte[] file = TestPng.File([("IHDR", png.Header()), ("acTL", new byte[8]), ("IDAT", TestPng.Deflate(png.Rows())), ("fcTL", new byte[26]),
            ("fdAT", [0, 0, 0, 1, .. TestPng.Deflate(next.Rows())]), ("IEND", [])]);
        Assert.Equal(Expected(png), Pixels(Read(file)));
    }

    [Fact]
    public void Pictures_made_before_carry_their_recipe_still()
    {
        ImageContents contents = ImageReader.Read(Ramps.Sample("made-before.png"));
        Assert.Equal("37F8A7CC15D45C97BEFF655412874D0018D99D51B25CC21B46108C6F0C9EC31B", Convert.ToHexString(SHA256.HashData(contents.Picture.Bytes)));
        Assert.Equal(["phosphene:recipe", "Software"], contents.Texts.Select(text => text.Keyword));
        Provenance provenance = Provenance.Read(contents, "made-before.png");
        Assert.Equal("logit('rainbow double square')", provenance.Objective);
        Assert.Equal(7uL, provenance.Recipe.Seed);
    }

    /// <summary>A kind of file with samples that look random but are a function of the place, and for palettes only colours that exist.</summary>
    internal static TestPng Example(int height, int width, int depth, int color, bool interlaced, byte[]? transparency = null)
    {
        int colors = color == 3 ? Math.Min(1 << depth, 200) : 0;
        return new TestPng
        {
            Height = height,
            Width = width,
            Depth = depth,
            Color = color,
            Interlaced = interlaced,
            Sample = (y, x, s) =>
            {
                uint hash = (uint)(y * 7919 + x * 104729 + s * 31 + 1) * 2654435761u;
                return (int)((hash >> 16) % (color == 3 ? colors : 1 << depth));
            },
            Palette = color == 3 ? [.. Enumerable.Range(0, 3 * colors).Select(i => (byte)(i * 37 + 11))] : null,
            Transparency = transparency,
        };
    }

    internal static Picture Read(byte[] file) => ImageReader.Read(new MemoryStream(file), "test.png").Picture;

    private static (int R, int G, int B, int A)[] Pixels(Picture picture)
    {
        byte[] bytes = picture.Bytes.ToArray();
        return [.. bytes.Chunk(picture.Channels).Select(p => p.Length == 1 ? (p[0], p[0], p[0], 255) : (p[0], p[1], p[2], p.Length == 4 ? p[3] : 255))];
    }

    private static (int R, int G, int B, int A)[] Expected(TestPng png)
    {
        double most = (1 << png.Depth) - 1;
        int Level(int y, int x, int s) => (int)Math.Floor(png.Sample(y, x, s) / most * 255 + 0.5);
        int Raw(int y, int x, int s) => png.Sample(y, x, s);
        bool Hidden(int y, int x) => png.Transparency is { } t && Enumerable.Range(0, png.Samples).All(s => Raw(y, x, s) == (t[2 * s] << 8 | t[2 * s + 1]));
        return [.. from y in Enumerable.Range(0, png.Height)
                   from x in Enumerable.Range(0, png.Width)
                   select png.Color switch
                   {
                       0 => (Level(y, x, 0), Level(y, x, 0), Level(y, x, 0), Hidden(y, x) ? 0 : 255),
                       2 => (Level(y, x, 0), Level(y, x, 1), Level(y, x, 2), Hidden(y, x) ? 0 : 255),
                       3 => (png.Palette![3 * Raw(y, x, 0)], png.Palette[3 * Raw(y, x, 0) + 1], png.Palette[3 * Raw(y, x, 0) + 2],
                             Raw(y, x, 0) < (png.Transparency?.Length ?? 0) ? png.Transparency![Raw(y, x, 0)] : 255),
                       4 => (Level(y, x, 0), Level(y, x, 0), Level(y, x, 0), Level(y, x, 1)),
                       _ => (Level(y, x, 0), Level(y, x, 1), Level(y, x, 2), Level(y, x, 3)),
                   }];
    }
}
