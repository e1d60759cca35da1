using System.Diagnostics;
using Phosphene.Atlas.Slurm;
using Phosphene.Runtime.Tests;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Atlas.Tests.Slurm;

public sealed class BatchScriptTests
{
    [UnixFact]
    public void Words_and_the_folder_come_through_a_shell_as_they_are()
    {
        string[] words = ["plain", "two words", "it's \"quoted\"", "$HOME", "`id`", "a\nb", "*", "", "back\\slash", "--layers=a*/b"];
        string folder = Directory.CreateTempSubdirectory("it's a \"$folder\" ").FullName;
        try
        {
            string shown = Run(new BatchScript(["/bin/sh", "-c", "pwd; printf '<%s>' \"$@\"", "sh", .. words], folder, 8));
            Assert.Equal($"{folder}\n{string.Concat(words.Select(word => $"<{word}>"))}<--threads><6><--shard><3/8>", shown);
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void Options_stand_after_those_of_the_script_and_before_its_first_command()
    {
        string[] lines = new BatchScript(["phosphene", "sweep"], "/", 64) { Threads = 4, Options = "--partition=cpu --time=2:00:00" }.ToString().Split('\n');
        Assert.Equal("#!/bin/bash", lines[0]);
        Assert.Equal(["#SBATCH --array=0-63", "#SBATCH --cpus-per-task=4", "#SBATCH --partition=cpu --time=2:00:00", ""], lines[6..10]);
        Assert.Equal("exec phosphene sweep --shard \"$SLURM_ARRAY_TASK_ID/64\"", lines[^2]);
    }

    [Fact]
    public void Options_of_several_lines_are_refused() =>
        Assert.Contains("more than one line", Assert.Throws<UsageException>(() => new BatchScript(["phosphene"], "/", 1) { Options = "--time=1\nrm" }.ToString()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 64, 1)]
    [InlineData(4, 64, 1)]
    [InlineData(5, 64, 2)]
    [InlineData(255, 64, 64)]
    [InlineData(100_000, 64, 64)]
    public void There_are_as_many_shards_as_are_worth_a_task(int batches, int most, int shards) => Assert.Equal(shards, SlurmSweep.ShardsOf(batches, most));

    private static string Run(BatchScript script)
    {
        var start = new ProcessStartInfo("bash", ["-c", script.ToString()]) { RedirectStandardOutput = true };
        (start.Environment["SLURM_ARRAY_TASK_ID"], start.Environment["SLURM_CPUS_ON_NODE"]) = ("3", "6");
        using Process process = Process.Start(start)!;
        return process.StandardOutput.ReadToEnd();
    }
}
