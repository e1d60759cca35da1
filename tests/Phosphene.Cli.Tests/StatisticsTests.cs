using Phosphene.Images;
using Phosphene.Recipes;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class StatisticsTests : CommandTests
{
    public StatisticsTests()
    {
        Directory.CreateDirectory(At("photos"));
        for (int i = 0; i < 3; i++) new Picture(20, 30, 3, [.. Enumerable.Range(0, 1800).Select(k => (byte)(k * k * (i + 1) % 251))]).Save(At($"photos/{i}.png"));
    }

    private Result Measure(string output, params string[] options) => Run(["statistics", "--images", At("photos"), "-o", At(output), .. options]);

    [Fact]
    public void Statistics_are_measured_told_and_written()
    {
        Result result = Measure("s.safetensors", "--size", "16");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith($"{At("s.safetensors")}: 3 images at 16 x 16, mean colour 0.", result.Output, StringComparison.Ordinal);
        Assert.EndsWith($"use it as fourier(statistics: '{At("s.safetensors")}') or maco('{At("s.safetensors")}').\n", result.Output, StringComparison.Ordinal);
        ImageStatistics statistics = ImageStatistics.Read(At("s.safetensors"));
        Assert.Equal((3, 16), (statistics.Images, statistics.Size));
        Assert.Equal(0, Measure("t.safetensors", "--size", "16", "--quiet").Code);
        Assert.Equal(Bytes("s.safetensors"), Bytes("t.safetensors"));
    }

    [Fact]
    public void A_picture_with_statistics_replays_as_long_as_their_file_is_there()
    {
        Assert.Equal(0, Measure("s.safetensors", "--size", "16").Code);
        Assert.Equal(0, Render("relu2:7", "a.png", "--parameterization", $"fourier(statistics: '{At("s.safetensors")}')").Code);
        Assert.Contains("statistics: file(", Texts.Parameterizations.Print(Provenance.Read(At("a.png")).Recipe.Parameterization), StringComparison.Ordinal);
        Assert.Equal(0, Run("replay", At("a.png")).Code);
        Assert.Equal(0, Measure("s.safetensors", "--size", "12").Code);
        Result changed = Run("replay", At("a.png"));
        Assert.Equal((4, true), (changed.Code, changed.Error.Contains("has the SHA-256", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("maco('{s}')")]
    [InlineData("alpha(fourier(), 3)")]
    [InlineData("alpha(cppn(2, 4), background: plain)")]
    public void A_picture_with_transparency_keeps_it_in_its_file_in_a_strip_and_in_a_replay(string parameterization)
    {
        Assert.Equal(0, Measure("s.safetensors", "--size", "16").Code);
        string text = parameterization.Replace("{s}", At("s.safetensors"), StringComparison.Ordinal);
        Assert.Equal(0, Render("relu2:7", "a.png", "--parameterization", text, "--batch", "2", "--layout", "strip").Code);
        Images.Picture picture = Images.Picture.Load(At("a.png"));
        Assert.Equal(4, picture.Channels);
        Assert.Contains(Enumerable.Range(0, picture.Height * picture.Width), i => picture.Bytes[4 * i + 3] is > 0 and < 255);
        Assert.Equal((0, $"{At("a.replay.png")}: 3 steps again, and the pixels are equal.\n"), (Run("replay", At("a.png")).Code, Run("replay", At("a.png")).Output));
    }

    [Fact]
    public void A_parameterization_without_an_inverse_is_named_by_its_text_where_a_start_is_asked_of_it() =>
        Fails(2, "The parameterization cppn(4) cannot begin from an image, neither from one that is given as a start nor from one of another size; choose another parameterization.",
            Render("relu2:7", "a.png", "--parameterization", "cppn(4)", "--start", At("photos/0.png")));

    [Fact]
    public void A_broken_image_is_skipped_with_a_warning()
    {
        File.WriteAllText(At("photos/1.png"), "no picture");
        Result result = Measure("s.safetensors", "--json");
        Assert.StartsWith("phosphene: warning: '1.png' was skipped: Cannot read", result.Error, StringComparison.Ordinal);
        Assert.Equal((2, 1), (result.Json.GetProperty("images").GetInt32(), result.Json.GetProperty("skipped").GetArrayLength()));
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Fails(2, $"'{At("s.npy")}' is not the name of a SAFETENSORS file; statistics are arrays of that format, so give a name that ends in .safetensors.", Measure("s.npy"));
        Fails(4, $"Folder '{At("none")}' does not exist; check its path.", Run("statistics", "--images", At("none"), "-o", At("s.safetensors")));
        Assert.Equal(2, Measure("s.safetensors", "--size", "1").Code);
        using var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "statistics", "--images", At("photos"), "-o", At("s.safetensors"));
        Assert.Equal((130, "phosphene: Interrupted; nothing was written.\n", false), (result.Code, result.Error, File.Exists(At("s.safetensors"))));
    }
}
