using Spectre.Console;

namespace Phosphene.Cli;

/// <summary>What a command talks to.</summary>
/// <param name="Output">Results, for people or as JSON.</param>
/// <param name="Error">Warnings and errors.</param>
/// <param name="Interruption">The wish to stop.</param>
internal sealed record Terminal(TextWriter Output, TextWriter Error, Interruption Interruption)
{
    /// <summary>Opens the screen that <see cref="Output"/> goes to, whose width tables fit; null if it goes to a file, a pipe or a screen that only takes text.</summary>
    public Func<IAnsiConsole?> OutputScreen { get; init; } = () => null;

    /// <summary>Opens the screen that <see cref="Error"/> goes to, for progress; null as above, and where nobody watches.</summary>
    public Func<IAnsiConsole?> ErrorScreen { get; init; } = () => null;

    /// <summary>The streams of this process. Screens are opened when they are needed: it takes a moment that most commands need not spend.</summary>
    public static Terminal OfProcess(Interruption interruption) => new(StandardStream.Output(), StandardStream.Error(), interruption)
    {
        OutputScreen = () => Console.IsOutputRedirected ? null : Screen(Console.Out),
        ErrorScreen = () => Console.IsErrorRedirected || Environment.GetEnvironmentVariable("CI") is not (null or "" or "0" or "false") ? null : Screen(Console.Error),
    };

    public void Warn(string sentence) => Error.WriteLine($"phosphene: warning: {SafeText.Of(sentence)}");

    /// <summary>Shows how far some work is until it is disposed; null if nobody wants to see it.</summary>
    public Progress? Progress(long steps, bool quiet, string unit = "step", long done = 0) =>
        !quiet && ErrorScreen() is { } screen ? new Progress(screen, steps, unit, done) : null;

    /// <summary>A line to show progress on that is no count of steps; null if nobody sees it.</summary>
    public ProgressLine? ProgressLine() => ErrorScreen() is { } screen ? new ProgressLine(screen) : null;

    // Spectre knows Windows consoles, and what NO_COLOR and COLORTERM ask for, but only some of the names that terminals have. What it would change for
    // a build server is left out: there it sends colours into pipes.
    private static IAnsiConsole? Screen(TextWriter writer)
    {
        bool namesItself = Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb" or "unknown");
        IAnsiConsole screen = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = OperatingSystem.IsWindows() ? AnsiSupport.Detect : namesItself ? AnsiSupport.Yes : AnsiSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        return screen.Profile.Capabilities.Ansi ? screen : null;
    }
}
