using System.Text.Json;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class QualityTests : CommandTests
{
    public QualityTests()
    {
        File.WriteAllLines(At("tiny.txt"), Enumerable.Range(0, 20).Select(i => $"kind {i}"));
        File.WriteAllText(At("tiny.phosphene.json"), """{ "preprocessing": "signed", "labels": "tiny.txt" }""");
    }

    private void Photos(int count)
    {
        Directory.CreateDirectory(At("photos"));
        for (int i = 0; i < count; i++) new Picture(24, 32, 3, [.. Enumerable.Range(0, 24 * 32 * 3).Select(k => (byte)(k * k * (i + 1) % 251))]).Save(At($"photos/{i}.png"));
    }

    private Result Quality(params string[] words) => Run(["quality", At("tiny.onnx"), .. words]);

    [Fact]
    public void A_picture_of_Phosphene_knows_what_it_was_made_for()
    {
        Assert.Equal(0, Render("relu2:7", "a.png").Code);
        Assert.Equal(0, Render("relu2:3", "b.png").Code);
        Result result = Quality(At("a.png"), At("b.png"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement[] pictures = [.. result.Json.GetProperty("pictures").EnumerateArray()];
        Assert.Equal(["relu2:7", "relu2:3"], pictures.Select(picture => picture.GetProperty("objective").GetString()));
        Assert.All(pictures, picture => Assert.False(picture.TryGetProperty("percentile", out _) || picture.TryGetProperty("rank", out _)));
        string[] lines = Quality(At("a.png"), At("b.png")).Output.Split('\n');
        Assert.Matches("^PICTURE +OBJECTIVE +VALUE +HELDOUT +COLOUR +SPECTRUM$", lines[0]);
        Assert.Matches(@"a\.png +relu2:7 +[\d.]+ ", lines[1]);
    }

    [Fact]
    public void Images_and_a_second_network_add_their_columns()
    {
        Photos(5);
        Result result = Quality(At("photos/0.png"), "--objective", "logit(kind 7)".Replace("kind 7", "'kind 7'", StringComparison.Ordinal), "--images", At("photos"), "--judge", At("tiny.onnx"), "-o", At("q.html"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement picture = result.Json.GetProperty("pictures")[0];
        // It is one of the images, so that none, one or up to four give less.
        Assert.Contains(picture.GetProperty("percentile").GetDouble(), new double[] { 0, 20, 40, 60, 80 });
        Assert.InRange(picture.GetProperty("timesHighest").GetDouble(), 0, 1.0001);
        Assert.InRange(picture.GetProperty("rank").GetInt32(), 1, 20);
        string page = File.ReadAllText(At("q.html"));
        Assert.Contains("Which pictures can be trusted", page, StringComparison.Ordinal);
        Assert.Contains("timesHighest", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_picture_of_a_diverse_batch_is_looked_at_by_itself_and_images_that_cannot_be_read_are_named()
    {
        Photos(5);
        File.WriteAllText(At("photos/x.png"), "no picture");
        Assert.Equal(0, Run("render", At("tiny.onnx"), "varied(relu2:7, relu2)", "-o", At("v.png"), "--size", "24x32", "--steps", "1", "--batch", "2").Code);
        Result result = Quality(At("v-0.png"), "--images", At("photos"), "--json");
        Assert.Equal(0, result.Code);
        Assert.Equal("relu2:7", result.Json.GetProperty("pictures")[0].GetProperty("objective").GetString());
        Assert.Equal("x.png", result.Json.GetProperty("skipped")[0].GetProperty("file").GetString());
    }

    [Fact]
    public void What_cannot_be_told_is_said()
    {
        Photos(1);
        Fails(2, $"'{At("photos/0.png")}' does not carry what it was made for; say it with --objective.", Quality(At("photos/0.png")));
        Assert.Equal(0, Run("render", At("tiny.onnx"), "relu2:7", "-o", At("strip.png"), "--size", "24x32", "--steps", "1", "--batch", "2", "--layout", "strip").Code);
        Fails(2, $"'{At("strip.png")}' shows several images side by side, and each has numbers of its own; give them as files of their own.", Quality(At("strip.png")));
        Assert.Equal(4, Quality(At("none.png"), "--objective", "relu2:7").Code);
    }
}
