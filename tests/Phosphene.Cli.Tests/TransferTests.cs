using System.Text.Json;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class TransferTests : CommandTests
{
    private string[] Words(params string[] words) => ["transfer", At("tiny.onnx"), At("tiny.onnx"), .. words, "-o", At("t.html"), "--size", "24x32", "--steps", "2"];

    private void Name()
    {
        File.WriteAllLines(At("tiny.txt"), Enumerable.Range(0, 20).Select(i => $"kind {i}"));
        File.WriteAllText(At("tiny.phosphene.json"), """{ "preprocessing": "signed", "labels": "tiny.txt" }""");
    }

    [Fact]
    public void Classes_are_named_or_drawn()
    {
        Name();
        Result result = Run(Words("--classes", "kind 7", "3", "--json"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal([7, 3], result.Json.GetProperty("classes").EnumerateArray().Select(entry => entry.GetProperty("class").GetInt32()));
        Assert.All(result.Json.GetProperty("classes").EnumerateArray(), entry => Assert.Equal(entry.GetProperty("rank").GetInt32() == 1, entry.GetProperty("first").GetString() == entry.GetProperty("label").GetString()));
        result = Run(Words("--random", "5"));
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Contains("tiny has the class first in ", result.Output, StringComparison.Ordinal);
        Assert.Equal(7, result.Output.TrimEnd().Split('\n').Length);           // a heading, five classes and the sum
    }

    [Fact]
    public void What_cannot_be_told_is_said()
    {
        Assert.Contains("needs the labels of both networks", Run(Words()).Error, StringComparison.Ordinal);
        Name();
        Assert.Contains("give one of them", Run(Words("--classes", "3", "--random", "2")).Error, StringComparison.Ordinal);
        Assert.Contains("No class is called 'unicorn'", Run(Words("--classes", "unicorn")).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(At("t.html")));
    }
}
