using System.Text.Json;
using Phosphene.Models;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class StabilityTests : CommandTests
{
    private Result Stability(params string[] words) => Run(["stability", .. words, "-o", At("s.html"), "--preset", "swift", "--steps", "40"]);

    [Fact]
    public void Units_are_objectives_or_channels_of_a_layer_and_are_held_against_each_other()
    {
        Result result = Stability(EmbeddedModels.Shapes, "conv4/relu:5,9", "conv3/relu:2", "--seeds", "3", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement[] units = [.. result.Json.GetProperty("units").EnumerateArray()];
        Assert.Equal(["conv4/relu:5", "conv4/relu:9", "conv3/relu:2"], units.Select(unit => unit.GetProperty("objective").GetString()));
        Assert.Equal(["conv3/pool", "conv3/pool", "conv2/pool"], units.Select(unit => unit.GetProperty("layer").GetString()));
        Assert.All(units, unit => Assert.Equal((3, 3), (unit.GetProperty("pictures").GetArrayLength(), unit.GetProperty("facets").EnumerateArray().Sum(size => size.GetInt32()))));
        Assert.All(units, unit => Assert.True(unit.GetProperty("same").GetDouble() > unit.GetProperty("others").GetDouble()));
        string html = File.ReadAllText(At("s.html"));
        Assert.Contains("conv4/relu:5 · ", html, StringComparison.Ordinal);
        Assert.Contains("What the numbers are", html, StringComparison.Ordinal);
    }

    [Fact]
    public void One_unit_alone_is_held_against_others_of_its_layer()
    {
        Result result = Stability(EmbeddedModels.Shapes, "logit(17)", "--seeds", "2");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("logit(17)", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("not compared", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_cut_off_has_no_page()
    {
        using var interruption = new Interruption();
        interruption.Request();
        Result result = Run(interruption, "stability", EmbeddedModels.Shapes, "conv4/relu:5", "-o", At("s.html"));
        Assert.Equal(130, result.Code);
        Assert.Contains("No unit was done.", result.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("s.html")));
    }

    [Fact]
    public void What_cannot_be_told_is_said()
    {
        Assert.Contains("--seeds is an integer from 2", Stability(EmbeddedModels.Shapes, "conv4/relu:5", "--seeds", "1").Error, StringComparison.Ordinal);
        Assert.Contains("there is no channel 99", Stability(EmbeddedModels.Shapes, "conv4/relu:5,99").Error, StringComparison.Ordinal);
        Assert.Contains("depends on no layer with positions", Stability(EmbeddedModels.Shapes, "tv()").Error, StringComparison.Ordinal);
    }
}
