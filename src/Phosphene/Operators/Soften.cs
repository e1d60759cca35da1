using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Operators;

/// <summary>
/// Lucid's blur: each pixel becomes the mean of the square of pixels around it, of which those on the rim of the square count half; at the border, of those that are inside of the image. Linear.
/// Source: Lucid, optvis/objectives.py, _tf_blur.
/// </summary>
public sealed record Soften : IImageOperator
{
    /// <summary>Lucid's blur.</summary>
    /// <param name="width">The side of the square in pixels: an odd number from 3 on.</param>
    /// <exception cref="UsageException">The width is another number.</exception>
    public Soften(int width = 3)
    {
        if (width < 3 || width % 2 == 0) throw new UsageException($"soften({width}) needs an odd width of at least 3 pixels, as 3 or 5.");
        Width = width;
    }

    /// <summary>The side of the square in pixels.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        int radius = Width / 2;
        // Two squares lie on each other: the whole one and the one without the rim, each of half the weight.
        return (Sum(image, radius) + Sum(image, radius - 1)) / (Sum(Ones(image.Shape), radius) + Sum(Ones(image.Shape), radius - 1));
    }

    private static Tensor Ones(Shape image) => Tensor.Constant(new Shape(1, 1, image.Height, image.Width), [.. Enumerable.Repeat(1f, image.Height * image.Width)]);

    private static Tensor Sum(Tensor image, int radius) => radius == 0 ? image : image.Times(Ones(image.Shape.Height, radius), 2).Times(Ones(image.Shape.Width, radius), 3);

    private static SparseMatrix Ones(int length, int radius) => SparseMatrix.Of(length, [.. Enumerable.Range(0, length).Select(i =>
        (IReadOnlyList<(int, float)>)[.. Enumerable.Range(i - radius, 2 * radius + 1).Where(place => place >= 0 && place < length).Select(place => (place, 1f))])]);

    /// <summary>For example "soften(5)", or "soften" for 3 pixels.</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}
