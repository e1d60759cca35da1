using System.Globalization;
using Phosphene.Evidence.Panels;
using Phosphene.Models;
using Phosphene.Pages;
using Phosphene.Recipes;

namespace Phosphene.Atlas.Panels;

/// <summary>A <see cref="QualityPanel"/> as a page: the pictures, each with its numbers, and a table of all.</summary>
public static class PanelPage
{
    /// <summary>The page of some pictures.</summary>
    /// <param name="model">The model that they were made for.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="rows">The pictures with their numbers.</param>
    public static HtmlPage Of(Model model, QualityPanel panel, IReadOnlyList<(PanelPicture Picture, IReadOnlyList<double?> Numbers)> rows)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(panel);
        ArgumentNullException.ThrowIfNull(rows);
        var page = new HtmlPage("Which pictures can be trusted", $"`{Path.GetFileName(model.Path)}` · {rows.Count} {(rows.Count == 1 ? "picture" : "pictures")} · Phosphene {Provenance.CurrentVersion}");
        page.Section("Pictures").Text("Click a picture for its numbers.").Sheet([.. rows.Select((row, i) => new SheetTile(i + 1, $"{row.Picture.Objective} · {row.Picture.File}", row.Picture.Picture)
        {
            Label = row.Picture.Objective.ToString(),
            Value = row.Numbers[0],
            Details = [.. panel.Columns.Zip(row.Numbers, (column, number) => number is { } value ? $"{column.Name} {column.Text(value)}" : null).OfType<string>()],
        })]);
        page.Section("Numbers").Table("", ["", "picture", "objective", .. panel.Columns.Select(column => column.Name)],
            [.. rows.Select((row, i) => (IReadOnlyList<string>)[(i + 1).ToString(CultureInfo.InvariantCulture), row.Picture.File, row.Picture.Objective.ToString(), .. Texts(panel, row.Numbers)])]);
        page.Section("What the numbers are").Text(string.Join("\n\n", panel.Columns.Select(column => $"*{column.Name}*: {column.Meaning}")));
        return page;
    }

    /// <summary>The numbers of a picture as they are read; empty where there is none.</summary>
    public static IEnumerable<string> Texts(QualityPanel panel, IReadOnlyList<double?> numbers)
    {
        ArgumentNullException.ThrowIfNull(panel);
        return panel.Columns.Zip(numbers, (column, number) => number is { } value ? column.Text(value) : "");
    }
}
