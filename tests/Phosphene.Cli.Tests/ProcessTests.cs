using System.Diagnostics;
using Phosphene.Recipes;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>What only a process of its own can show: signals and closed pipes.</summary>
public sealed class ProcessTests : CommandTests
{
    [UnixTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_stops_after_the_current_step_and_saves_the_picture(string signal, int code)
    {
        using Process process = Start("--steps 1000000 --snapshots 1");
        for (int i = 0; i < 600 && !File.Exists(At("a.step-0001.png")); i++) Thread.Sleep(100);
        using (Process kill = Process.Start("kill", ["-" + signal, $"{process.Id}"])) kill.WaitForExit();
        Assert.True(process.WaitForExit(60_000), "The process did not stop.");
        string error = process.StandardError.ReadToEnd();
        Assert.True(code == process.ExitCode, $"Exit code {process.ExitCode}: {error}");
        int steps = Provenance.Read(At("a.png")).Step;
        Assert.Equal($"phosphene: Interrupted. The picture after {steps} of 1000000 steps is in {At("a.png")}.\n", error);
        Assert.Equal(["a.png", "a.step-0001.png"], Files());
    }

    [UnixFact]
    public void A_pipe_that_is_closed_early_is_no_error()
    {
        using Process process = Start("--steps 1 --json");
        process.StandardOutput.Close();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal((0, ""), (process.ExitCode, error));
        Assert.Equal(["a.png"], Files());
    }

    private Process Start(string options)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll");
        return Process.Start(new ProcessStartInfo("dotnet", [program, "render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--size", "24x32", "--transforms", "none", .. options.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
