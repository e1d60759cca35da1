using System.Text.RegularExpressions;
using Spectre.Console;

namespace Phosphene.Cli.Tests;

/// <summary>A screen of 100 columns and 40 lines, in front of which somebody acts when a text is first shown.</summary>
internal sealed partial class Screen : StringWriter
{
    private readonly string _text;
    private readonly Action _act;
    private bool _acted;

    public Screen(string text, Action act)
    {
        (_text, _act) = (text, act);
        NewLine = "\n";
    }

    /// <summary>The lines of progress that were drawn one over the other, as one sees them.</summary>
    public List<string> Frames { get; } = [];

    /// <summary>What is left to see when the line of progress was taken away.</summary>
    public string Rest => ToString()[(ToString().LastIndexOf("\e[J", StringComparison.Ordinal) + 3)..];

    public IAnsiConsole Open()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(this),
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.Standard,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        (console.Profile.Width, console.Profile.Height, console.Profile.Capabilities.Unicode) = (100, 40, true);
        return console;
    }

    public override void Write(string? value)
    {
        base.Write(value);
        string seen = Seen(value ?? "");
        if (seen.Length > 0 && value!.StartsWith('\r')) Frames.Add(seen);
        if (_acted || !seen.Contains(_text, StringComparison.Ordinal)) return;
        _acted = true;
        _act();
    }

    /// <summary>A line as one sees it: without what commands the terminal, and without blanks at its end.</summary>
    public static string Seen(string text) => Commands().Replace(text, "").TrimEnd();

    [GeneratedRegex(@"\r|\e\[[?0-9;]*[A-Za-z]")]
    private static partial Regex Commands();
}
