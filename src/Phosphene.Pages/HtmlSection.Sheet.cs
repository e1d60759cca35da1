namespace Phosphene.Pages;

public sealed partial class HtmlSection
{
    /// <summary>The least width of a tile in CSS pixels; smaller pictures are enlarged.</summary>
    internal const int LeastTile = 112;

    /// <summary>Whether the section holds a sheet, so that the page offers to sort it.</summary>
    internal bool HasSheet { get; private set; }

    /// <summary>
    /// Adds many pictures in a grid. Each is a link to itself, large, with its details and commands, at an address of its own: <c>page.html#id-12</c>. The page lets one sort them by number,
    /// value or look. All of this is style: there are no scripts.
    /// </summary>
    /// <param name="tiles">The pictures by number.</param>
    public HtmlSection Sheet(IReadOnlyList<SheetTile> tiles)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        HasSheet = true;
        int[] byValue = Ranks(tiles.Count, i => tiles[i].Value is { } value && !double.IsNaN(value) ? -value : double.PositiveInfinity), byLook = Ranks(Looks.Order([.. tiles.Select(tile => tile.Look)]));
        return Add(Html.Of($"<div class=\"sheet\">\n{Html.Lines(tiles.Select((tile, i) => Tile(tile, byValue[i], byLook[i])))}\n</div>"));
    }

    private Html Tile(SheetTile tile, int byValue, int byLook)
    {
        string id = FormattableString.Invariant($"{Id}-{tile.Number}");
        Html picture = tile.Picture is null ? Html.Of($"<div class=\"pending\"></div>") : Html.Of($"<a href=\"#{id}\">{tile.Image}</a>");
        string value = tile.Value is { } number ? NumberText.Of(number) : "";
        Html label = tile.Label is null ? default : Html.Of($" <span class=\"label\">{tile.Label}</span>"), note = tile.Note is null ? default : Html.Of($"<small>{tile.Note}</small>");
        return Html.Of(
            $"""
            <figure class="tile" id="{id}" style="--number:{tile.Number};--value:{byValue};--look:{byLook}">
            {picture}
            <figcaption><b>{tile.Number}</b>{label}<span class="value">{value}</span>{note}</figcaption>{(tile.Picture is null ? default : Large(tile))}
            </figure>
            """);
    }

    // Beside the large picture. The address of the closing link is none in the page, so that nothing moves.
    private static Html Large(SheetTile tile)
    {
        Html details = Html.Join(tile.Details.Select(line => Html.Of($"<p>{line}</p>\n")));
        Html commands = Html.Join(tile.Commands.Select(entry => Html.Of($"<p>{entry.Purpose}</p>\n<pre class=\"command\" tabindex=\"0\"><code>{entry.Command}</code></pre>\n")));
        return Html.Of($"\n<div class=\"large\">\n<p class=\"name\">{tile.Name} <a href=\"#-\" class=\"close\">close</a></p>\n{details}{commands}</div>");
    }

    private static int[] Ranks(int count, Func<int, double> key) => Ranks([.. Enumerable.Range(0, count).OrderBy(key)]);

    // The place of each in an order.
    private static int[] Ranks(int[] order)
    {
        var ranks = new int[order.Length];
        for (int place = 0; place < order.Length; place++) ranks[order[place]] = place;
        return ranks;
    }
}
