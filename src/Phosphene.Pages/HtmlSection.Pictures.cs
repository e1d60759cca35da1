using Phosphene.Images;

namespace Phosphene.Pages;

public sealed partial class HtmlSection
{
    // CSS pixels: a picture among others, a picture alone, and the room that a caption needs.
    private const int Least = 96, Most = 256, LeastAlone = 192, MostAlone = 640, LongCaption = 40, LongWord = 13, WideTile = 144, TileAlone = 320;

    /// <summary>Adds pictures with their captions, in rows as long as the window is wide. A single one is shown larger.</summary>
    /// <param name="caption">What they show together; may be empty.</param>
    /// <param name="figures">The pictures, of any sizes.</param>
    public HtmlSection Gallery(string caption, IEnumerable<Figure> figures)
    {
        Figure[] all = [.. figures];
        (int least, int most, int narrowest) = all.Length == 1 ? (LeastAlone, MostAlone, TileAlone) : (Least, Most, TileWidth(all));
        return Add(Block("gallery", caption, all.Length == 0, () => Row(all.Select((figure, i) =>
            Tile(figure, $"{caption} ({Position(i, all.Length)})", narrowest, least, most)))));
    }

    /// <summary>
    /// Adds pictures side by side without captions, to be read line by line: a walk, or what became of a picture over time.
    /// </summary>
    /// <param name="caption">What they show; may be empty.</param>
    /// <param name="pictures">The pictures in their order.</param>
    public HtmlSection Strip(string caption, IEnumerable<Picture> pictures)
    {
        Picture[] all = [.. pictures];
        return Add(Block("strip", caption, all.Length == 0, () => Row(all.Select((picture, i) =>
            Image.Of(picture, $"{caption} ({Position(i, all.Length)})", Image.DisplayWidth(picture, Least, Most))))));
    }

    /// <summary>
    /// Adds a grid of pictures with a heading for each column and row. Where the window is narrower than the grid, the grid scrolls
    /// sideways in itself and the headings of the rows stay.
    /// </summary>
    /// <param name="caption">What is compared; may be empty.</param>
    /// <param name="columns">The heading of each column.</param>
    /// <param name="rows">The heading of each row and a cell for each column, null for none.</param>
    /// <exception cref="ArgumentException">A row has more or fewer cells than there are columns.</exception>
    public HtmlSection Comparison(
        string caption, IReadOnlyList<string> columns, IReadOnlyList<(string Label, IReadOnlyList<Figure?> Cells)> rows) =>
        Add(Block("comparison", caption, rows.Count == 0, () => PictureTable.Of(caption, columns, rows)));

    /// <summary>The least width of pictures with such captions, in CSS pixels.</summary>
    internal static int TileWidth(IEnumerable<Figure> figures) =>
        figures.Any(figure => figure.Caption.Length + (figure.Note?.Length ?? 0) > LongCaption || figure.Caption.Split(' ').Any(word => word.Length > LongWord)) ? WideTile : Least;

    /// <summary>A picture above its caption and note.</summary>
    /// <param name="figure">The picture.</param>
    /// <param name="otherwise">What describes it if it has no caption.</param>
    /// <param name="narrowest">The least width of the whole in CSS pixels.</param>
    /// <param name="least">See <see cref="Image.DisplayWidth"/>.</param>
    /// <param name="most">See <see cref="Image.DisplayWidth"/>.</param>
    internal static Html Tile(Figure figure, string otherwise, int narrowest, int least = Least, int most = Most)
    {
        int width = Image.DisplayWidth(figure.Picture, least, most);
        Html image = Image.Of(figure.Picture, figure.Caption.Length == 0 ? otherwise : figure.Caption, width, figure.Picture.Texts);
        Html note = figure.Note is null ? default : Html.Of($"<small>{Prose.Of(figure.Note)}</small>");
        Html caption = figure.Caption.Length == 0 && figure.Note is null
            ? default
            : Html.Of($"<figcaption>{Prose.Of(figure.Caption)}{note}</figcaption>");
        return Html.Of($"<figure style=\"width:{Math.Max(width, narrowest)}px\">{image}{caption}</figure>");
    }

    private static Html Row(IEnumerable<Html> pictures) => Html.Of($"<div class=\"pictures\">\n{Html.Lines(pictures)}\n</div>");

    private static string Position(int index, int count) => FormattableString.Invariant($"{index + 1} of {count}");
}
