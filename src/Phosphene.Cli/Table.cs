namespace Phosphene.Cli;

/// <summary>Rows of cells under a heading, each column as wide as its widest cell. Cells may come from a file.</summary>
internal sealed class Table(params string[] heading)
{
    private readonly List<string[]> _rows = [heading];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(SafeText.Of)]);

    public void WriteTo(TextWriter output, string indent = "")
    {
        int[] widths = [.. Enumerable.Range(0, heading.Length).Select(column => _rows.Max(row => row[column].Length))];
        foreach (string[] row in _rows) output.WriteLine((indent + string.Join("  ", row.Zip(widths, (cell, width) => cell.PadRight(width)))).TrimEnd());
    }
}
