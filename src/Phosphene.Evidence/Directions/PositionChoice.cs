using System.Globalization;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Directions;

/// <summary>Which positions of a layer count for an image: the middle, some that are drawn, all, or their mean.</summary>
public sealed record PositionChoice
{
    private const string MeanWord = "mean", CentreWord = "centre", AllWord = "all";

    private readonly string _word;
    private readonly int _drawn;

    private PositionChoice(string word, int drawn = 0) => (_word, _drawn) = (word, drawn);

    /// <summary>One row for each image: the mean over its positions.</summary>
    public static PositionChoice Mean { get; } = new(MeanWord);

    /// <summary>One row for each image: the position in the middle, which sees a crop around the middle of the image.</summary>
    public static PositionChoice Centre { get; } = new(CentreWord);

    /// <summary>A row for each position.</summary>
    public static PositionChoice All { get; } = new(AllWord);

    /// <summary>So many positions of each image, drawn without replacement; all if there are fewer.</summary>
    public static PositionChoice Drawn(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new PositionChoice("", count);
    }

    /// <summary>Reads "mean", "centre", "all" or the number of positions that are drawn.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static PositionChoice Parse(string text) => text switch
    {
        MeanWord => Mean,
        CentreWord or "center" => Centre,
        AllWord => All,
        _ => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? Drawn(count)
            : throw new UsageException($"'{text}' says not which positions of a layer count; {MeanWord}, {CentreWord}, {AllWord} or a number to draw is expected."),
    };

    /// <summary>How many rows an image gives.</summary>
    internal int RowsOf(int height, int width) => this == All ? height * width : _drawn > 0 ? Math.Min(_drawn, height * width) : 1;

    /// <summary>The positions of an image in rising order, y·width + x; null for their mean.</summary>
    /// <param name="height">Rows of positions.</param>
    /// <param name="width">Columns of positions.</param>
    /// <param name="seed">What a draw comes from.</param>
    /// <param name="image">The place of the image in the dataset.</param>
    internal IReadOnlyList<int>? Of(int height, int width, ulong seed, int image)
    {
        if (this == Mean) return null;
        if (this == Centre) return [height / 2 * width + width / 2];
        IEnumerable<int> all = Enumerable.Range(0, height * width);
        if (this == All) return [.. all];
        var stream = new RandomStream(seed, image, "positions");
        return [.. all.OrderBy(position => stream.Uniform(position)).Take(_drawn).Order()];
    }

    /// <inheritdoc/>
    public override string ToString() => _drawn > 0 ? _drawn.ToString(CultureInfo.InvariantCulture) : _word;
}
