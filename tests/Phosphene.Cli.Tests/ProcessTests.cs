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
        using Process process = Start($"--steps {Steps} --snapshots 1");
        while (!process.HasExited && !File.Exists(At("a.step-0001.png"))) Thread.Sleep(50);
        using (Process kill = Process.Start("kill", ["-" + signal, $"{process.Id}"])) kill.WaitForExit();
        process.WaitForExit();                                       // on a busy machine that may take its time; what does not stop does all its steps
        string error = process.StandardError.ReadToEnd();
        Assert.True(code == process.ExitCode, $"Exit code {process.ExitCode}: {error}");
        int steps = Provenance.Read(At("a.png")).Step;
        Assert.Equal($"phosphene: Interrupted. The picture after {steps} of {Steps} steps is in {At("a.png")}.\n", error);
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

    [LinuxTheory]
    [InlineData(">&-", "it is closed")]
    [InlineData("> /dev/full", "No space left on device")]
    public void Output_that_cannot_be_written_is_called_by_its_name(string redirection, string why)
    {
        Process Shell(string command) => Process.Start(new ProcessStartInfo("sh", ["-c", $"dotnet '{Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll")}' {command}"]) { RedirectStandardError = true })!;
        using Process process = Shell($"layers '{At("tiny.onnx")}' {redirection}");
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith($"phosphene: Standard output cannot be written: {why}", error, StringComparison.Ordinal);
        using Process silent = Shell("layers nowhere.onnx 2>&-");
        silent.WaitForExit();
        Assert.Equal(3, silent.ExitCode);                            // what is wrong cannot be said, but the code says it
    }

    // Some minutes' work.
    private const int Steps = 300_000;

    // Who runs the tests may have chosen to ignore Ctrl-C, as a shell does for what it starts in the background; a child inherits that.
    private static readonly string[] Words = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];

    private Process Start(string options)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll");
        return Process.Start(new ProcessStartInfo(Words[0], [.. Words[1..], program, "render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--size", "24x32", "--transforms", "none", .. options.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
