using System.Diagnostics;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class HostileFileTests : CommandTests
{
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(2);

    public static TheoryData<string> Names => [.. HostileFile.All().Select(file => file.Name)];

    [Fact]
    public void There_are_forty_and_each_has_a_sentence_of_its_own()
    {
        HostileFile[] files = [.. HostileFile.All()];
        Assert.True(files.Length >= 40, $"only {files.Length}");
        Assert.Equal(files.Length, files.Select(file => file.Sentence).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_hostile_file_ends_with_exit_code_3_and_its_sentence(string name)
    {
        HostileFile file = HostileFile.All().First(file => file.Name == name);
        Directory.CreateDirectory(At("hostile"));
        if (file.Make(At("hostile")) is { } bytes) File.WriteAllBytes(At("hostile/model.onnx"), bytes);
        TimeSpan before = Environment.CpuUsage.TotalTime;
        Result result = Run("render", At("hostile/model.onnx"), "y:0", "-o", At("y.png"), "--size", "8", "--steps", "1", "--transforms", "none");
        TimeSpan used = Environment.CpuUsage.TotalTime - before;

        Assert.Equal((3, ""), (result.Code, result.Output));
        Assert.Contains(file.Sentence, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("phosphene: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(letter => letter == '\n'));
        Assert.DoesNotContain(result.Error[..^1], char.IsControl);
        Assert.Contains("model.onnx", result.Error, StringComparison.Ordinal);
        Assert.True(used < Most, $"{used.TotalSeconds:0.0} s of processor time");
        Assert.False(File.Exists(At("y.png")));
    }
}
