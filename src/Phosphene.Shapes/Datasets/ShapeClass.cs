namespace Phosphene.Shapes.Datasets;

/// <summary>What is drawn in an image of <see cref="ShapesDataset"/>.</summary>
public enum ShapeForm
{
    /// <summary>A straight line.</summary>
    Line,

    /// <summary>A square.</summary>
    Square,

    /// <summary>A circle.</summary>
    Circle,

    /// <summary>A triangle of equal sides.</summary>
    Triangle,
}

/// <summary>How a shape is drawn. All strokes are of one width, and so is the gap between two.</summary>
public enum LineType
{
    /// <summary>One stroke along the outline.</summary>
    Single,

    /// <summary>Two strokes, the second inside the first; of a line, two strokes side by side.</summary>
    Double,

    /// <summary>All that the outline encloses; of a line, a bar as wide as the double line, without its gap.</summary>
    Filled,
}

/// <summary>The colour of a shape.</summary>
public enum ShapeColour
{
    /// <summary>RGB (1, 1, 1).</summary>
    White,

    /// <summary>RGB (0, 0, 1).</summary>
    Blue,

    /// <summary>RGB (0, 1, 0).</summary>
    Green,

    /// <summary>RGB (1, 0, 0).</summary>
    Red,

    /// <summary>The hue of each pixel is its direction from the centre of the image; white in the centre.</summary>
    Rainbow,
}

/// <summary>A class of <see cref="ShapesDataset"/>: 4 forms x 3 line types x 5 colours. Its index is form · 15 + line type · 5 + colour.</summary>
/// <param name="Form">What is drawn.</param>
/// <param name="Line">How it is drawn.</param>
/// <param name="Colour">Its colour.</param>
public readonly record struct ShapeClass(ShapeForm Form, LineType Line, ShapeColour Colour)
{
    /// <summary>The number of classes.</summary>
    public const int Count = Forms * LineTypes * Colours;

    internal const int Forms = 4, LineTypes = 3, Colours = 5;

    /// <summary>The index of the class, 0 to <see cref="Count"/> - 1.</summary>
    public int Index => ((int)Form * LineTypes + (int)Line) * Colours + (int)Colour;

    /// <summary>The class of an index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not 0 to <see cref="Count"/> - 1.</exception>
    public static ShapeClass Of(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return new((ShapeForm)(index / (LineTypes * Colours)), (LineType)(index / Colours % LineTypes), (ShapeColour)(index % Colours));
    }

    /// <summary>The name of the class: colour, line type, form, as in "rainbow double square".</summary>
    public override string ToString() => $"{Colour} {Line} {Form}".ToLowerInvariant();
}
