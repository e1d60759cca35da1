using System.Diagnostics;
using System.Text.RegularExpressions;
using Xunit;

namespace Phosphene.Cli.Tests;

/// <summary>What is shown on a real terminal of 80 columns, which util-linux's "script" plays.</summary>
public sealed partial class TerminalTests : CommandTests
{
    [TerminalFact]
    public void On_a_terminal_progress_is_shown_and_taken_away_before_the_result()
    {
        (int code, string shown) = OnTerminal(Render(20_000));
        Assert.Equal(0, code);
        Assert.Contains("\e[38;5;6m━", shown, StringComparison.Ordinal);
        Assert.Matches(@"  step +\d+/20000  objective \S+ +\d+ steps/s  0:\d\d left", Screen.Seen(shown));
        Assert.Matches(@"\r\e\[2K\e\[J[^\e]+/a\.png: relu2:7 = [^\e]+$", shown);
    }

    [TerminalFact]
    public void Without_colours_it_is_the_same_without_colours()
    {
        (_, string shown) = OnTerminal(Render(20_000), "NO_COLOR=1");
        Assert.Contains("steps/s", shown, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"\e\[(3|4)\d", shown);
    }

    [TerminalFact]
    public void Where_nobody_watches_or_the_terminal_is_dumb_there_is_none()
    {
        foreach (string variable in new[] { "TERM=dumb", "TERM=", "CI=true" })
        {
            (int code, string shown) = OnTerminal(Render(2000), variable);
            Assert.Equal(0, code);
            Assert.StartsWith($"{At("a.png")}: relu2:7 = ", shown, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', shown);
        }
    }

    [TerminalFact]
    public void Where_standard_error_is_a_file_there_is_none()
    {
        (int code, string shown) = OnTerminal($"{Render(2000)} 2> {At("error.txt")}");
        Assert.Equal((0, ""), (code, File.ReadAllText(At("error.txt"))));
        Assert.DoesNotContain('\e', shown);
    }

    [TerminalFact]
    public void Where_standard_output_is_a_file_there_is_progress_and_the_file_is_clean()
    {
        (int code, string shown) = OnTerminal($"{Render(20_000)} --json > {At("out.json")}");
        Assert.Equal(0, code);
        Assert.Contains("steps/s", shown, StringComparison.Ordinal);
        Assert.StartsWith("{", File.ReadAllText(At("out.json")), StringComparison.Ordinal);
        Assert.DoesNotContain('\e', File.ReadAllText(At("out.json")));
    }

    [TerminalFact]
    public void Tables_fit_the_terminal_and_are_whole_in_a_pipe()
    {
        Write("long.onnx", TinyModel.Bytes(height: 24, width: 32, metadata: [("phosphene.preprocessing", "unit"), ("phosphene.aliases", $$"""{"{{new string('a', 60)}}z":"relu2"}""")]));
        (_, string shown) = OnTerminal($"layers {At("long.onnx")}");
        Assert.Contains("…", shown, StringComparison.Ordinal);
        Assert.All(shown.Split('\n'), line => Assert.True(Screen.Seen(line).Length <= 80));
        (_, string piped) = OnTerminal($"layers {At("long.onnx")} | cat", "GITHUB_ACTIONS=true");
        Assert.Contains(new string('a', 60) + "z  relu2", piped, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', piped);
    }

    [TerminalFact]
    public void Control_C_leaves_the_line_clean_and_the_cursor_visible()
    {
        (int code, string shown) = OnTerminal(Render(10_000_000), interruptAt: "left");
        Assert.Equal(130, code);
        Assert.Matches(@"\r\e\[2K\e\[J[^\e]*phosphene: Interrupted\. [^\e]+$", shown);
        Assert.True(shown.LastIndexOf("\e[?25h", StringComparison.Ordinal) > shown.LastIndexOf("\e[?25l", StringComparison.Ordinal));
    }

    private string Render(int steps) => $"render {At("tiny.onnx")} relu2:7 -o {At("a.png")} --size 24x32 --transforms none --steps {steps}";

    // Runs a command in a shell on a terminal; what is shown has the line ends of a terminal taken back.
    private static (int Code, string Shown) OnTerminal(string command, string variable = "TERM=xterm-256color", string? interruptAt = null)
    {
        var start = new ProcessStartInfo("script", ["-qec", $"stty cols 80 rows 20; dotnet {Path.Combine(AppContext.BaseDirectory, "Phosphene.Cli.dll")} {command}", "/dev/null"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (string name in new[] { "CI", "NO_COLOR", "COLORTERM", "GITHUB_ACTIONS" }) start.Environment.Remove(name);
        start.Environment["TERM"] = "xterm-256color";
        string[] pair = variable.Split('=');
        start.Environment[pair[0]] = pair[1];
        using Process process = Process.Start(start)!;
        using var patience = new Timer(_ => process.Kill(entireProcessTree: true), null, TimeSpan.FromMinutes(2), Timeout.InfiniteTimeSpan);
        var shown = new System.Text.StringBuilder();
        var buffer = new char[1024];
        for (int count; (count = process.StandardOutput.Read(buffer)) > 0;)
        {
            shown.Append(buffer, 0, count);
            if (interruptAt is null || !shown.ToString().Contains(interruptAt, StringComparison.Ordinal)) continue;
            interruptAt = null;
            process.StandardInput.Write('\x03');
            process.StandardInput.Flush();
        }
        process.WaitForExit();
        // What the runtime tells a terminal when it begins and ends to use it.
        return (process.ExitCode, Keypad().Replace(shown.ToString().Replace("\r\n", "\n", StringComparison.Ordinal), ""));
    }

    [GeneratedRegex(@"\e\[\?1[hl]|\e[=>]")]
    private static partial Regex Keypad();

    /// <summary>A fact that needs a terminal.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class TerminalFactAttribute : FactAttribute
    {
        public TerminalFactAttribute()
        {
            if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/script")) Skip = "It needs Linux and util-linux's 'script', which plays a terminal.";
        }
    }
}
