using Spectre.Console;

namespace Phosphene.Cli;

/// <summary>
/// Rows of cells under headings; cells may come from a file. On a screen the table has the width of the screen, and cells that there is no room for lose their middle.
/// Anywhere else each row is one line with all of its text, as grep and awk want it.
/// </summary>
internal sealed class Table(params Column[] columns)
{
    private const int Gap = 2, LeastOfName = 8;

    private static readonly Style Heading = new(decoration: Decoration.Bold);

    private readonly List<string[]> _rows = [];

    /// <summary>Whether the headings are shown.</summary>
    public bool ShowsHeadings { get; init; } = true;

    /// <summary>How far from the left edge it stands.</summary>
    public int Indent { get; init; }

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(SafeText.Of)]);

    public void WriteTo(Terminal terminal)
    {
        if (terminal.OutputScreen() is { } screen) WriteTo(screen);
        else WriteTo(terminal.Output);
    }

    private void WriteTo(IAnsiConsole screen)
    {
        int[] widths = [.. columns.Select((column, i) => _rows.Select(row => row[i]).Append(HeadingOf(column)).Max(text => text.GetCellWidth()))];
        int[] shown = [.. Enumerable.Range(0, columns.Length).Where(i => widths[i] > 0)];
        int roomForNames = screen.Profile.Width - Indent - Gap * (shown.Length - 1) - shown.Sum(i => columns[i].IsName ? 0 : widths[i]);
        bool onlyNamesGiveWay = roomForNames >= LeastOfName * shown.Count(i => columns[i].IsName);

        var table = new Spectre.Console.Table { Border = TableBorder.None, ShowHeaders = ShowsHeadings };
        foreach (int i in shown)
        {
            table.AddColumn(new TableColumn(new Cell(HeadingOf(columns[i]), columns[i].IsNumber, Heading))
            {
                NoWrap = onlyNamesGiveWay && !columns[i].IsName,
                Padding = new Padding(0, 0, i == shown[^1] ? 0 : Gap, 0),
            });
        }
        foreach (string[] row in _rows) table.AddRow(shown.Select(i => new Cell(row[i], columns[i].IsNumber, Style.Plain)));
        screen.Write(new Padder(table, new Padding(Indent, 0, 0, 0)));
    }

    private void WriteTo(TextWriter output)
    {
        string[][] rows = ShowsHeadings ? [[.. columns.Select(HeadingOf)], .. _rows] : [.. _rows];
        int[] widths = [.. columns.Select((_, i) => rows.Max(row => row[i].Length))];
        foreach (string[] row in rows)
        {
            IEnumerable<string> cells = row.Select((cell, i) => columns[i].IsNumber ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine((new string(' ', Indent) + string.Join(new string(' ', Gap), cells)).TrimEnd());
        }
    }

    private string HeadingOf(Column column) => ShowsHeadings ? column.Heading : "";
}
