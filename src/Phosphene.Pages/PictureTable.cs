namespace Phosphene.Pages;

/// <summary>The grid of <see cref="HtmlSection.Comparison"/>.</summary>
internal static class PictureTable
{
    private const int Gap = 16;        // CSS pixels between two pictures

    public static Html Of(
        string caption, IReadOnlyList<string> columns, IReadOnlyList<(string Label, IReadOnlyList<Figure?> Cells)> rows)
    {
        int width = HtmlSection.TileWidth(rows.SelectMany(row => row.Cells).OfType<Figure>());
        // With a width of its own a heading wraps, where it would otherwise push the pictures apart.
        IEnumerable<Html> head = columns.Select(column => Html.Of($"<th scope=\"col\" style=\"width:{width + Gap}px\">{column}</th>"));
        IEnumerable<Html> body = rows.Select(row =>
        {
            DataTable.CheckLength(caption, row.Label, row.Cells.Count, columns.Count);
            IEnumerable<Html> cells = row.Cells.Select((figure, i) => figure is null
                ? Html.Of($"<td></td>")
                : Html.Of($"<td>{HtmlSection.Tile(figure, $"{columns[i]}, {row.Label}", width)}</td>"));
            return Html.Of($"<tr>\n<th scope=\"row\">{row.Label}</th>\n{Html.Lines(cells)}\n</tr>");
        });
        return DataTable.Scrolling(caption, Html.Of(
            $"<table>\n<thead><tr><td></td>{Html.Join(head)}</tr></thead>\n<tbody>\n{Html.Lines(body)}\n</tbody>\n</table>"));
    }
}
