using System.Text.Json;
using Phosphene.Images;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class AblateTests : CommandTests
{
    public AblateTests()
    {
        Directory.CreateDirectory(At("photos"));
        for (int i = 0; i < 5; i++) new Picture(26, 40, 3, [.. Enumerable.Range(0, 26 * 40 * 3).Select(k => (byte)(k * k * (i + 1) % 251))]).Save(At($"photos/{i}.png"));
        Write("fixed.onnx", TinyModel.Bytes(height: 24, width: 32, metadata: [("phosphene.preprocessing", "signed"), ("phosphene.labels", string.Join('\n', Enumerable.Range(0, 20).Select(i => $"class {i}")))]));
    }

    private Result Ablate(string units, params string[] options) => Run(["ablate", At("fixed.onnx"), units, "--images", At("photos"), .. options]);

    [Fact]
    public void Channels_are_listed_by_what_a_class_loses_without_them()
    {
        Result result = Ablate("relu2", "--class", "class 7", "--top", "4", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal((5, 7), (result.Json.GetProperty("images").GetInt32(), result.Json.GetProperty("class").GetInt32()));
        JsonElement[] channels = [.. result.Json.GetProperty("channels").EnumerateArray()];
        double[] changes = [.. channels.Select(channel => channel.GetProperty("change").GetDouble())];
        Assert.Equal(4, changes.Length);
        Assert.Equal(changes.Order(), changes);
        // The class is the mean of its channel.
        Assert.Equal(7, channels[0].GetProperty("channel").GetInt32());
        Assert.Equal(-result.Json.GetProperty("logit").GetDouble(), changes[0], 1e-5);
        Assert.Equal("class 7", channels[0].GetProperty("falls")[0].GetProperty("label").GetString());
        Assert.StartsWith("Over 5 images, the logit of class 7, ", Ablate("relu2:7", "--class", "7").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_class_each_channel_has_the_classes_that_change_most()
    {
        string[] lines = Ablate("relu2:3,5").Output.Split('\n');
        Assert.Equal("Over 5 images, logits change by:", lines[0]);
        Assert.Matches("^WITHOUT +FALLS +RISES$", lines[1]);
        Assert.All(lines[2..4], line => Assert.Matches(@"^relu2:(3|5) +class (3|5) -[\d.]+, class \d+ 0, class \d+ 0 +class", line));
    }

    [Fact]
    public void What_cannot_be_done_is_refused()
    {
        Fails(2, "The model has classes 0 to 19; there is no class 20.", Ablate("relu2", "--class", "20"));
        Assert.Equal(2, Ablate("relu2:20").Code);
        Fails(4, $"Folder '{At("none")}' does not exist; check its path.", Run("ablate", At("fixed.onnx"), "relu2", "--images", At("none")));
        using var interruption = new Interruption();
        interruption.Request();
        Assert.Equal((130, "phosphene: Interrupted; nothing was measured.\n"), Run(interruption, "ablate", At("fixed.onnx"), "relu2", "--images", At("photos")) is var result ? (result.Code, result.Error) : default);
    }
}
