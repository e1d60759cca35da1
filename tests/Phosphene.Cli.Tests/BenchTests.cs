using System.Text.Json;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class BenchTests : CommandTests
{
    private Result Bench(params string[] options) => Run(["bench", At("tiny.onnx"), "--size", "24x32", "--steps", "3", "--threads", "2", .. options]);

    [Fact]
    public void Json_is_one_document_with_all_that_was_measured()
    {
        Result result = Bench("--layer", "relu2", "--channel", "19", "--batch", "2", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement json = result.Json;
        foreach (string name in new[] { "forwardMs", "forwardMinimumMs", "forwardGflops", "stepMs", "stepMinimumMs", "stepGflops", "peakGflops", "shareOfPeak", "peakMemoryMB", "firstStepMs" })
            Assert.True(json.GetProperty(name).GetDouble() > 0, $"{name} is {json.GetProperty(name)}");
        // Counted over the whole process, where other tests allocate beside it.
        foreach (string name in new[] { "bytesPerStep", "collections" }) Assert.Equal(JsonValueKind.Number, json.GetProperty(name).ValueKind);
        Assert.Equal(("tiny.onnx", "relu2", 19, "[24,32]", 2, 3, 2), (json.GetProperty("model").GetString(), json.GetProperty("layer").GetString(), json.GetProperty("channel").GetInt32(),
            JsonSerializer.Serialize(json.GetProperty("size")), json.GetProperty("batch").GetInt32(), json.GetProperty("steps").GetInt32(), json.GetProperty("threads").GetInt32()));
        Assert.NotEmpty(json.GetProperty("instructionSet").GetString()!);
        Assert.False(json.TryGetProperty("profile", out _));
        Assert.True(json.GetProperty("stepMinimumMs").GetDouble() <= json.GetProperty("stepMs").GetDouble());
    }

    [Fact]
    public void Layer_is_by_default_the_one_with_the_evidence_for_the_classes() => Assert.Equal("flat", Bench("--json").Json.GetProperty("layer").GetString());

    [Fact]
    public void Profile_tells_the_kernels_and_their_sum_by_type()
    {
        JsonElement profile = Bench("--profile", "--json").Json.GetProperty("profile");
        JsonElement[] kernels = [.. profile.GetProperty("kernels").EnumerateArray()], types = [.. profile.GetProperty("types").EnumerateArray()];
        Assert.Equal(kernels.Length, types.Sum(type => type.GetProperty("count").GetInt32()));
        Assert.Equal(kernels.Sum(kernel => kernel.GetProperty("ms").GetDouble()), types.Sum(type => type.GetProperty("ms").GetDouble()), 0.05);
        Assert.Equal(kernels.OrderByDescending(kernel => kernel.GetProperty("ms").GetDouble()).Select(kernel => kernel.GetProperty("ms").GetDouble()), kernels.Select(kernel => kernel.GetProperty("ms").GetDouble()));
        Assert.Contains(kernels, kernel => kernel.GetProperty("name").GetString()!.Contains("relu2", StringComparison.Ordinal) && kernel.GetProperty("shareOfPeak").GetDouble() > 0);
        Assert.All(kernels, kernel => Assert.True(kernel.GetProperty("limitMs").GetDouble() >= 0));
        Assert.Equal(kernels.Sum(kernel => kernel.GetProperty("limitMs").GetDouble()), types.Sum(type => type.GetProperty("limitMs").GetDouble()), 0.05);
        Assert.True(types.Sum(type => type.GetProperty("limitMs").GetDouble()) > 0);

        Result text = Bench("--profile");
        Assert.Equal((0, ""), (text.Code, text.Error));
        Assert.Matches(@"^tiny\.onnx, flat:0, 24x32, batch 1, 2 threads, \w+\n +MS +MIN +GFLOP/S +OF PEAK\nforward +\d+\.\d\d +\d+\.\d\d +\d+\.\d +\d+%\nstep +\d.*\npeak +\d+\.\d GFLOP/s", text.Output);
        Assert.Contains("KERNELS BY TYPE", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Layer_channel_or_size_that_does_not_exist_is_wrong_usage()
    {
        Fails(2, $"Layer 'relu3' does not exist; did you mean 'relu1' or 'relu2'? 'phosphene layers --all {At("tiny.onnx")}' lists all 8.", Bench("--layer", "relu3"));
        Fails(2, "Layer 'relu2' has channels 0 to 19; there is no channel 20.", Bench("--layer", "relu2", "--channel", "20"));
        Result small = Run("bench", At("tiny.onnx"), "--size", "4");
        Assert.Equal((2, ""), (small.Code, small.Output));
        Assert.Contains("the size is 4x4, and --size changes it", small.Error, StringComparison.Ordinal);
    }
}
