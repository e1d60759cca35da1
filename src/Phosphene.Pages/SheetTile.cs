using Phosphene.Images;

namespace Phosphene.Pages;

/// <summary>A picture of a sheet, small among others and large when it is chosen: <see cref="HtmlSection.Sheet"/>.</summary>
/// <param name="number">Its number, by which a sheet is sorted at first.</param>
/// <param name="name">What it shows, in a line that can be copied: a unit of a layer.</param>
/// <param name="picture">The picture, whose texts, such as its recipe, who saves it from the page has too; null if it is not made yet.</param>
public sealed class SheetTile(int number, string name, Picture? picture)
{
    private Html? _image;
    private float[]? _look;

    /// <summary>Its number.</summary>
    public int Number { get; } = number;

    /// <summary>What it shows.</summary>
    public string Name { get; } = name;

    /// <summary>The picture; null if it is not made yet.</summary>
    public Picture? Picture { get; } = picture;

    /// <summary>What stands below the small picture beside its number, for example the name of a class; null for nothing.</summary>
    public string? Label { get; init; }

    /// <summary>A number to sort by, the largest first; null if there is none.</summary>
    public double? Value { get; init; }

    /// <summary>A remark in a few words, such as "step 120 of 512"; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>What stands beside the large picture: one line each, plain text.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Commands to copy, each with what it does.</summary>
    public IReadOnlyList<(string Purpose, string Command)> Commands { get; init; } = [];

    /// <summary>The picture as markup, written once however often the page is.</summary>
    internal Html Image => _image ??= Picture is null ? default : Pages.Image.Of(Picture, Name, Math.Max(Picture.Width, HtmlSection.LeastTile), Picture.Texts);

    /// <summary>How the picture looks, see <see cref="Looks"/>; null if there is none. Worked out once, too.</summary>
    internal float[]? Look => _look ??= Picture is null ? null : Looks.Of(Picture);
}
