using System.Globalization;
using Phosphene.Evidence.Datasets;
using Phosphene.Images;

namespace Phosphene.Shapes.Datasets;

/// <summary>The images of <see cref="ShapesDataset"/> for whatever looks at images one after another. They are drawn when they are read, and are in no files.</summary>
/// <param name="shapes">The shapes.</param>
public sealed class ShapesImages(ShapesDataset shapes) : Dataset
{
    /// <summary>The name under which the usual ones are found: 24,000 RGB images of 48 x 48 pixels.</summary>
    public const string EmbeddedName = "embedded:shapes";

    /// <inheritdoc/>
    public override string Name => $"{EmbeddedName} ({shapes})";

    /// <summary>The numbers of the images.</summary>
    public override IReadOnlyList<string> Files { get; } = [.. Enumerable.Range(0, (shapes ?? throw new ArgumentNullException(nameof(shapes))).Count).Select(index => index.ToString(CultureInfo.InvariantCulture))];

    /// <inheritdoc/>
    public override Picture Read(string file) => shapes.PictureOf(Index(file));

    /// <summary>The name of the class, such as "rainbow double square".</summary>
    public override string ClassOf(string file) => ShapesDataset.ClassNames[shapes.ClassOf(Index(file))];

    private static int Index(string file) => int.Parse(file, NumberStyles.None, CultureInfo.InvariantCulture);
}
