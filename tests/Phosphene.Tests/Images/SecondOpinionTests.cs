using System.Diagnostics;
using System.Globalization;
using System.Text;
using Phosphene.Images;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Tests.Images;

/// <summary>What is read agrees with the reference decoders of each format, where they are installed: djpeg of libjpeg-turbo, dwebp of libwebp, pngtopnm of netpbm, which reads by libpng.</summary>
public sealed class SecondOpinionTests : IDisposable
{
    // Levels of 255.
    private const int Most = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("phosphene-images-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    public static TheoryData<int, int, string> Jpegs
    {
        get
        {
            var data = new TheoryData<int, int, string>();
            string[] kinds =
            [
                "-sample 1x1", "-sample 2x1", "-sample 1x2", "-sample 2x2", "-sample 4x1", "-sample 1x1 -progressive", "-sample 2x2 -progressive", "-sample 4x1 -progressive", "-grayscale",
                "-grayscale -progressive", "-sample 2x2 -restart 1B", "-sample 1x1 -restart 3B -progressive", "-sample 2x1 -optimize -quality 30", "-rgb",
            ];
            foreach ((int height, int width) in new[] { (1, 1), (7, 61), (33, 17), (64, 80), (201, 163) })
                foreach (string kind in kinds) data.Add(height, width, kind);
            return data;
        }
    }

    [ToolTheory("cjpeg", "djpeg")]
    [MemberData(nameof(Jpegs))]
    public void A_JPEG_is_read_as_djpeg_reads_it(int height, int width, string options)
    {
        WritePpm("a.ppm", height, width);
        Do("cjpeg", $"-quality 90 {options} -outfile {At("a.jpg")} {At("a.ppm")}");
        Do("djpeg", $"-dct float -nosmooth -outfile {At("b.pnm")} {At("a.jpg")}");
        AssertAlike(ReadPnm("b.pnm"), Picture.Load(At("a.jpg")));
    }

    [ToolTheory("cjpeg", "djpeg", "jpegtran")]
    [InlineData(2, "-flip horizontal")]
    [InlineData(3, "-rotate 180")]
    [InlineData(4, "-flip vertical")]
    [InlineData(5, "-transpose")]
    [InlineData(6, "-rotate 90")]
    [InlineData(7, "-transverse")]
    [InlineData(8, "-rotate 270")]
    public void A_JPEG_with_an_orientation_is_read_as_jpegtran_turns_it(int orientation, string turn)
    {
        WritePpm("a.ppm", 48, 80);
        Do("cjpeg", $"-quality 90 -sample 1x1 -outfile {At("plain.jpg")} {At("a.ppm")}");
        Do("jpegtran", $"{turn} -perfect -outfile {At("turned.jpg")} {At("plain.jpg")}");
        Do("djpeg", $"-dct float -outfile {At("b.ppm")} {At("turned.jpg")}");
        byte[] plain = File.ReadAllBytes(At("plain.jpg"));
        AssertAlike(ReadPnm("b.ppm"), Ramps.Read(JpegTests.WithExif(plain, Orientations.Exif(orientation))));
    }

    [ToolTheory("cwebp", "dwebp")]
    [InlineData(33, 17, "-q 80")]
    [InlineData(1, 1, "-q 80")]
    [InlineData(64, 81, "-q 20 -m 6")]
    [InlineData(201, 163, "-q 95 -segments 4 -sns 80 -f 60")]
    [InlineData(64, 81, "-lossless")]
    [InlineData(201, 163, "-near_lossless 40")]
    public void A_WebP_is_read_as_dwebp_reads_it(int height, int width, string options)
    {
        WritePpm("a.ppm", height, width);
        Do("cwebp", $"-quiet {options} {At("a.ppm")} -o {At("a.webp")}");
        Do("dwebp", $"-quiet {At("a.webp")} -ppm -o {At("b.ppm")}");
        AssertAlike(ReadPnm("b.ppm"), Picture.Load(At("a.webp")));
    }

    [ToolTheory("pamtopng", "pngtopnm")]
    [InlineData(5, 7, 65535, "")]
    [InlineData(33, 17, 65535, "-interlace")]
    [InlineData(64, 81, 255, "-interlace")]
    [InlineData(64, 81, 15, "")]
    public void A_PNG_is_read_as_libpng_reads_it(int height, int width, int depth, string options)
    {
        WritePpm("a.ppm", height, width, depth);
        Do("pamtopng", $"{options} {At("a.ppm")}", At("a.png"));
        Do("pngtopnm", At("a.png"), At("b.ppm"));
        AssertAlike(ReadPnm("b.ppm"), Picture.Load(At("a.png")));
    }

    [ToolFact("djpeg")]
    public void A_thousand_photos_are_read_as_djpeg_reads_them()
    {
        string[] files = [.. Directory.GetFiles(SharedData.Path("images/imagenet-sample"), "*.jpg").Order(StringComparer.Ordinal)];
        Assert.InRange(files.Length, 1000, 1000);
        Parallel.For(0, files.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            string name = $"{i}.pnm";
            Do("djpeg", $"-dct float -nosmooth -outfile {At(name)} {files[i]}");
            Picture picture = Picture.Load(files[i]);
            // djpeg leaves a photo lying on its side; those that are turned are compared above.
            Picture expected = ReadPnm(name);
            File.Delete(At(name));
            if (picture.Height == expected.Height || !IsTurned(files[i])) AssertAlike(expected, picture);
        });
    }

    private static bool IsTurned(string file) => File.ReadAllBytes(file).AsSpan().IndexOf("Exif\0\0"u8) >= 0;

    // Edges, ramps and noise in all colours, as photos have them.
    private void WritePpm(string name, int height, int width, int most = 255)
    {
        var random = new Random(height * 1000 + width);
        using FileStream stream = File.Create(At(name));
        stream.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"P6\n{width} {height}\n{most}\n")));
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < 3; c++)
                {
                    double value = 0.3 + 0.3 * Math.Sin(0.11 * x * (c + 1) + 0.07 * y) + ((x / 13 + y / 9 + c) % 3 == 0 ? 0.3 : 0) + 0.1 * random.NextDouble();
                    int level = (int)Math.Round(Math.Clamp(value, 0, 1) * most);
                    if (most > 255) stream.WriteByte((byte)(level >> 8));
                    stream.WriteByte((byte)level);
                }
    }

    // P5 or P6. Levels of more than 8 bits are rounded to 8.
    private Picture ReadPnm(string name)
    {
        byte[] bytes = File.ReadAllBytes(At(name));
        int at = 0;
        string kind = Word();
        int width = Number(), height = Number(), most = Number(), channels = kind == "P5" ? 1 : 3, size = most > 255 ? 2 : 1;
        var levels = new byte[height * width * channels];
        for (int i = 0; i < levels.Length; i++)
        {
            int level = size == 2 ? bytes[at + 2 * i] << 8 | bytes[at + 2 * i + 1] : bytes[at + i];
            levels[i] = (byte)Math.Round(level * 255.0 / most);
        }
        return new Picture(height, width, channels, levels);

        int Number() => int.Parse(Word(), CultureInfo.InvariantCulture);

        string Word()
        {
            int start = at;
            while (!char.IsWhiteSpace((char)bytes[at])) at++;
            return Encoding.ASCII.GetString(bytes, start, at++ - start);
        }
    }

    private static void AssertAlike(Picture expected, Picture picture)
    {
        Assert.Equal((expected.Height, expected.Width), (picture.Height, picture.Width));
        int most = 0;
        for (int i = 0; i < expected.Height * expected.Width; i++)
            for (int c = 0; c < Math.Max(picture.Channels, expected.Channels); c++)
                most = Math.Max(most, Math.Abs(expected.Bytes[i * expected.Channels + Math.Min(c, expected.Channels - 1)] - picture.Bytes[i * picture.Channels + Math.Min(c, picture.Channels - 1)]));
        Assert.InRange(most, 0, Most);
    }

    private static void Do(string tool, string arguments, string? output = null)
    {
        using Process process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        // Read here and not by a task: with many of these at once the thread pool would wait for itself. What these tools complain of fits into a pipe.
        using (Stream target = output is null ? Stream.Null : File.Create(output)) process.StandardOutput.BaseStream.CopyTo(target);
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{tool} {arguments}: {error}");
    }
}

/// <summary>A theory that needs programs of other projects, and says that it was skipped where they are missing.</summary>
internal sealed class ToolTheoryAttribute : TheoryAttribute
{
    public ToolTheoryAttribute(params string[] tools) => Skip = Missing(tools);

    public static string? Missing(string[] tools) => tools.FirstOrDefault(tool => !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, tool)))) is { } missing
        ? $"{missing} is not installed (Debian: libjpeg-turbo-progs, webp, netpbm)."
        : null;
}

/// <summary>A test that needs programs of other projects and the photos, and says that it was skipped where they are missing.</summary>
internal sealed class ToolFactAttribute : FactAttribute
{
    public ToolFactAttribute(params string[] tools) => Skip = ToolTheoryAttribute.Missing(tools) ?? new PhotosFactAttribute().Skip;
}
