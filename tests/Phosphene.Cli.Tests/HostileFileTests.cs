using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

public sealed class HostileFileTests : CommandTests
{
    // What a run may allocate: ten megabytes, of which the first run in the process takes a few, and so many times what is written in the file. What a file only claims to have is never asked for.
    private const long Most = 10_000_000, EachByte = 16;

    public static TheoryData<string> Everywhere => [.. HostileFile.All().Where(file => !file.NeedsLinux).Select(file => file.Name)];

    public static TheoryData<string> OnLinux => [.. HostileFile.All().Where(file => file.NeedsLinux).Select(file => file.Name)];

    [Fact]
    public void There_are_forty_and_each_has_a_sentence_of_its_own()
    {
        HostileFile[] files = [.. HostileFile.All()];
        Assert.True(files.Length >= 40, $"only {files.Length}");
        Assert.Equal(files.Length, files.Select(file => file.Sentence).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public void A_hostile_file_ends_with_exit_code_3_and_its_sentence(string name) => Check(name);

    [LinuxTheory]
    [MemberData(nameof(OnLinux))]
    public void A_hostile_link_or_pipe_ends_with_exit_code_3_and_its_sentence(string name) => Check(name);

    private void Check(string name)
    {
        HostileFile file = HostileFile.All().First(file => file.Name == name);
        Directory.CreateDirectory(At("hostile"));
        byte[]? bytes = file.Make(At("hostile"));
        if (bytes is not null) File.WriteAllBytes(At("hostile/model.onnx"), bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Result result = Run("render", At("hostile/model.onnx"), "y:0", "-o", At("y.png"), "--size", "8", "--steps", "1", "--transforms", "none");
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((3, ""), (result.Code, result.Output));
        Assert.Contains(file.Sentence, result.Error, StringComparison.Ordinal);
        Assert.StartsWith("phosphene: ", result.Error, StringComparison.Ordinal);
        Assert.Equal(1, result.Error.Count(letter => letter == '\n'));
        Assert.DoesNotContain(result.Error[..^1], char.IsControl);
        Assert.Contains("model.onnx", result.Error, StringComparison.Ordinal);
        Assert.InRange(allocated, 1, Most + EachByte * (bytes?.Length ?? 0));
        Assert.False(File.Exists(At("y.png")));
    }
}
