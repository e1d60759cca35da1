using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Shapes.Datasets;

/// <summary>All classes of a dataset of shapes at a glance.</summary>
public static class ShapesSheet
{
    /// <summary>
    /// A contact sheet: the rows are the forms, of each single, double and filled; the columns are the colours white, blue, green, red and
    /// rainbow, of each the first examples. Wider gaps part forms and colours.
    /// </summary>
    /// <param name="dataset">Has at least 60 · <paramref name="examples"/> images.</param>
    /// <param name="examples">How many images of each class, at least 1.</param>
    /// <exception cref="UsageException">The dataset has too few images, or the sheet is beyond the size limits of a picture.</exception>
    public static Picture Of(ShapesDataset dataset, int examples = 3)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        if (dataset.Count < (long)examples * ShapeClass.Count)
            throw new UsageException($"A contact sheet of {examples} examples of each class needs {(long)examples * ShapeClass.Count} images; the dataset has {dataset.Count}.");
        int gap = Math.Max(1, dataset.Size / 24);
        var groups = new List<Picture>();
        foreach (ShapeForm form in Enum.GetValues<ShapeForm>())
            foreach (ShapeColour colour in Enum.GetValues<ShapeColour>())
                groups.Add(Picture.Tile([.. Group(dataset, form, colour, examples)], examples, gap));
        return Picture.Tile(groups, ShapeClass.Colours, 5 * gap);
    }

    private static IEnumerable<Picture> Group(ShapesDataset dataset, ShapeForm form, ShapeColour colour, int examples) =>
        from line in Enum.GetValues<LineType>()
        from example in Enumerable.Range(0, examples)
        select dataset.PictureOf(example * ShapeClass.Count + new ShapeClass(form, line, colour).Index);
}
