using System.Text.RegularExpressions;

namespace Phosphene.Pages;

/// <summary>The table of <see cref="HtmlSection.Table"/>.</summary>
internal static partial class DataTable
{
    public static Html Of(string caption, IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows)
    {
        for (int i = 0; i < rows.Count; i++)
            CheckLength(caption, FormattableString.Invariant($"{i + 1}"), rows[i].Count, header.Count);
        Html number = Html.Of($" class=\"number\"");
        Html[] kinds = [.. header.Select((_, column) => IsNumeric(rows.Select(row => row[column])) ? number : default)];

        IEnumerable<Html> head = header.Select((text, column) => Html.Of($"<th scope=\"col\"{kinds[column]}>{text}</th>"));
        IEnumerable<Html> body = rows.Select(row =>
            Html.Of($"<tr>{Html.Join(row.Select((text, column) => Html.Of($"<td{kinds[column]}>{text}</td>")))}</tr>"));
        return Scrolling(caption, Html.Of(
            $"<table>\n<thead><tr>{Html.Join(head)}</tr></thead>\n<tbody>\n{Html.Lines(body)}\n</tbody>\n</table>"));
    }

    /// <summary>A frame in which a table scrolls where it is wider than the window, also by the keyboard.</summary>
    public static Html Scrolling(string caption, Html table) =>
        Html.Of($"<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{Prose.Plain(caption)}\">\n{table}\n</div>");

    public static void CheckLength(string caption, string row, int cells, int columns)
    {
        if (cells != columns)
            throw new ArgumentException(
                FormattableString.Invariant($"Row '{row}' of '{caption}' has {cells} cells; give {columns}, one for each column."));
    }

    private static bool IsNumeric(IEnumerable<string> cells)
    {
        bool any = false;
        foreach (string cell in cells)
            if (Number().IsMatch(cell)) any = true;
            else if (!Missing().IsMatch(cell)) return false;
        return any;
    }

    // A number as people write it: ≈ -1,234.5e-6 ± 0.1 ms/step
    [GeneratedRegex(@"^\s*[≈~<>≤≥]?\s?[+−-]?(\d[\d,]*\.?\d*|\.\d+)(e[+−-]?\d+)?(\s?±\s?[\d.,]+)?\s?([%‰×°]|\p{L}[\p{L}/²³]{0,7})?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Number();

    [GeneratedRegex(@"^\s*([-–—]|NaN|n/a|[+−-]?∞)?\s*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Missing();
}
