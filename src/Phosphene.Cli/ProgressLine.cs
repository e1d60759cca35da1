using Phosphene.Images;
using Spectre.Console;

namespace Phosphene.Cli;

/// <summary>The line that a command shows at the bottom of a screen while it works: a bar and texts. It goes when it is disposed, and leaves nothing behind.</summary>
/// <remarks>
/// Spectre's own live displays erase the whole screen, with all that has scrolled out of it, when a window becomes narrower. Here the cursor waits in the
/// line's first column, which is left free for it: however a terminal lays the line out anew, there is its beginning, and all behind it is ours to erase.
/// The cursor stays visible, so that no end of the process, not even the hardest, leaves the terminal without one.
/// </remarks>
internal sealed class ProgressLine : IDisposable
{
    // Without wrapping, a line that a window has just become too narrow for is cut and stays one line. The cursor is not seen to run along. A line that
    // is erased as a whole is no longer the wrapped beginning of another.
    private const string Begin = "\r\e[?25l\e[?7l\e[2K ", End = "\e[J\e[?7h\e[?25h\r", EndAbove = "\e[?7h\e[?25h\r", Leave = "\r\e[2K\e[J";

    private static readonly Style Done = new(Color.Teal), Rest = new(Color.Grey), Aside = new(decoration: Decoration.Dim);

    private readonly IAnsiConsole _screen;
    private readonly StringWriter _frame = new();
    private readonly AnsiWriter _styled;
    private IReadOnlyList<string> _below = [];
    private volatile bool _left;

    public ProgressLine(IAnsiConsole screen)
    {
        _screen = screen;
        _styled = new AnsiWriter(_frame, screen.Profile.Capabilities);
        AppDomain.CurrentDomain.ProcessExit += GoAtOnce;
    }

    /// <summary>Draws the line over the one before.</summary>
    /// <param name="done">How much of the bar is full, from 0 to 1.</param>
    /// <param name="texts">What stands beside it, from left to right.</param>
    public void Show(double done, IReadOnlyList<ProgressText> texts)
    {
        // The first column is the cursor's, and terminals differ in what happens in the last.
        ProgressLayout layout = ProgressLayout.Fit(texts, _screen.Profile.Width - 2);
        _frame.Write(Begin);
        if (layout.Bar > 0)
        {
            bool unicode = _screen.Profile.Capabilities.Unicode;
            int full = (int)(Math.Clamp(done, 0, 1) * layout.Bar);
            Add(new string(unicode ? '━' : '#', full), Done);
            Add(new string(unicode ? '─' : '-', layout.Bar - full), Rest);
        }
        for (int i = 0; i < layout.Texts.Count; i++)
        {
            if (i > 0 || layout.Bar > 0) _frame.Write(new string(' ', ProgressLayout.Gap));
            Add(layout.Texts[i].Label, Aside);
            _frame.Write(layout.Texts[i].Value);
            Add(layout.Texts[i].Unit, Aside);
        }
        if (_below.Count > 0)
        {
            foreach (string line in _below) _frame.Write($"\e[K\r\n {line}");
            _frame.Write($"\e[J\e[{_below.Count}A\r");
        }
        _frame.Write(_below.Count > 0 ? EndAbove : End);
        if (!_left) Write(_frame.ToString());
        _frame.GetStringBuilder().Clear();
    }

    /// <summary>A picture that stands below the line from its next drawing on, as large as there is room; nothing on a screen without colours.</summary>
    public void Show(Picture picture) => _below = HalfBlocks.Of(picture, _screen.Profile);

    private void Add(string text, Style style)
    {
        if (text.Length > 0) _styled.Write(text, style);
    }

    // One write for each frame, so that none is seen half.
    private void Write(string text)
    {
        _screen.Profile.Out.Writer.Write(text);
        _screen.Profile.Out.Writer.Flush();
    }

    // A second Ctrl-C ends the process on another thread, while this one may be drawing.
    private void GoAtOnce(object? sender, EventArgs e)
    {
        _left = true;
        Write(Leave);
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= GoAtOnce;
        Write(Leave);
        _frame.Dispose();
    }
}
