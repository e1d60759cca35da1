using Spectre.Console;
using Spectre.Console.Rendering;

namespace Phosphene.Cli;

/// <summary>A text in a table on a screen, always one line: where there is no room for all of it, its middle gives way, because names differ at their ends.</summary>
/// <param name="text">Without control characters.</param>
/// <param name="toTheRight">Whether it stands at the right edge of its column.</param>
/// <param name="style">How it looks.</param>
internal sealed class Cell(string text, bool toTheRight, Style style) : Renderable
{
    private const int Least = 5;

    private readonly int _width = text.GetCellWidth();

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(Math.Min(_width, Least), _width);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        string shown = Fit(text, maxWidth, options.Unicode ? "…" : "~");
        int room = toTheRight ? maxWidth - shown.GetCellWidth() : 0;
        if (room > 0) yield return Segment.Padding(room);
        if (shown.Length > 0) yield return new Segment(shown, style);
    }

    /// <summary>A text of at most <paramref name="width"/> columns of a screen.</summary>
    internal static string Fit(string text, int width, string mark)
    {
        if (text.GetCellWidth() <= width) return text;
        if (width <= 0) return "";
        string[] runes = [.. text.EnumerateRunes().Select(rune => rune.ToString())];
        int left = Begin(runes, width / 2);
        int right = Begin([.. runes.Reverse()], width - 1 - string.Concat(runes[..left]).GetCellWidth());
        return string.Concat([.. runes[..left], mark, .. runes[^right..]]);
    }

    // How many of the first runes have room.
    private static int Begin(string[] runes, int width)
    {
        int count = 0;
        while (count < runes.Length && (width -= runes[count].GetCellWidth()) >= 0) count++;
        return count;
    }
}
