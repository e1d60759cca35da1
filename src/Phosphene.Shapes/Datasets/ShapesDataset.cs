using System.Collections.Immutable;
using System.Globalization;
using Phosphene.Images;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Shapes.Datasets;

/// <summary>
/// Images of one shape each on black, in 60 classes that are told apart by form, line type and colour, not by place, size or angle: a task for a
/// small model, of which everything is known. Image i is a function of (seed, i) alone, whatever was drawn before and on whichever thread.
/// Source: the synthetic dataset of the shapes experiment (COMP421), 24,000 images of 48 x 48 pixels.
/// </summary>
/// <remarks>
/// In units of a two-hundredth of the image's side: strokes and gaps are 8 wide; the shape lies in a circle of radius 48 to 72, which it touches
/// with its corners and which stays 2 away from the border; place, radius and angle are uniform. Pixels are antialiased by area.
/// </remarks>
public sealed class ShapesDataset
{
    /// <summary>The least and the greatest height and width of an image, in pixels.</summary>
    public const int MinimumSize = 8, MaximumSize = 1024;

    /// <summary>The greatest number of images.</summary>
    public const int MaximumCount = 10_000_000;

    private readonly RandomStream _placements;
    private readonly ShapePalette _palette;

    /// <summary>A dataset. Nothing is drawn yet.</summary>
    /// <param name="seed">What all randomness comes from.</param>
    /// <param name="size">The height and width of an image in pixels, <see cref="MinimumSize"/> to <see cref="MaximumSize"/>.</param>
    /// <param name="channels">3 (RGB) or 1 (grey: luma, in which the five colours differ too).</param>
    /// <param name="count">The number of images, 1 to <see cref="MaximumCount"/>; a multiple of 600 makes all classes of all splits equally large.</param>
    /// <exception cref="UsageException">A number is out of range; the message says which.</exception>
    public ShapesDataset(ulong seed = 0, int size = 48, int channels = 3, int count = 24_000)
    {
        if (size is < MinimumSize or > MaximumSize)
            throw new UsageException($"Images of shapes have {MinimumSize} to {MaximumSize} pixels a side; got {size}.");
        if (channels is not (1 or 3)) throw new UsageException($"Images of shapes have 1 (grey) or 3 (RGB) channels; got {channels}.");
        if (count is < 1 or > MaximumCount)
            throw new UsageException($"A dataset of shapes has 1 to {MaximumCount} images; got {count}.");
        (Seed, Size, Channels, Count) = (seed, size, channels, count);
        _placements = new RandomStream(seed, 0, "shapes.placement");
        _palette = new ShapePalette(size, channels);
    }

    /// <summary>The names of the 60 classes by index, each as colour, line type and form: "rainbow double square" is class 24.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ImmutableArray.CreateRange(Enumerable.Range(0, ShapeClass.Count).Select(index => ShapeClass.Of(index).ToString()));

    /// <summary>What all randomness comes from.</summary>
    public ulong Seed { get; }

    /// <summary>The height and width of an image in pixels.</summary>
    public int Size { get; }

    /// <summary>3 (RGB) or 1 (grey).</summary>
    public int Channels { get; }

    /// <summary>The number of images in all splits.</summary>
    public int Count { get; }

    /// <summary>The length of an image: Channels · Size · Size.</summary>
    public int ImageLength => Channels * Size * Size;

    private int Tenth => Count / 10;

    private int Training => Count - 2 * Tenth;

    /// <summary>
    /// A part of the dataset: the first images are for training, then come Count / 10 for validation and as many for the test. Classes follow
    /// each other, so each part has as many of each class, to within one.
    /// </summary>
    public ShapesSubset Split(ShapesSplit split) => split switch
    {
        ShapesSplit.Training => new(this, split, 0, Training),
        ShapesSplit.Validation => new(this, split, Training, Tenth),
        ShapesSplit.Test => new(this, split, Training + Tenth, Tenth),
        _ => throw new ArgumentOutOfRangeException(nameof(split), split, "A split is Training, Validation or Test."),
    };

    /// <summary>The split that an image is in.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ShapesSplit SplitOf(int index)
    {
        CheckIndex(index);
        return index < Training ? ShapesSplit.Training : index < Training + Tenth ? ShapesSplit.Validation : ShapesSplit.Test;
    }

    /// <summary>The class of an image, 0 to 59: index modulo 60.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public int ClassOf(int index)
    {
        CheckIndex(index);
        return index % ShapeClass.Count;
    }

    /// <summary>Draws an image, without allocating.</summary>
    /// <param name="index">Which image, 0 to Count - 1.</param>
    /// <param name="planar">Where to: [Channels, Size, Size], filled with numbers in [0, 1].</param>
    /// <exception cref="ArgumentException">There is no such image, or the destination has another length.</exception>
    public void Draw(int index, Span<float> planar)
    {
        ShapeClass drawn = ShapeClass.Of(ClassOf(index));
        if (planar.Length != ImageLength)
            throw new ArgumentException($"An image [{Channels}, {Size}, {Size}] has {ImageLength} numbers; the destination has {planar.Length}.", nameof(planar));

        planar.Clear();
        ShapePlacement place = ShapePlacement.Draw(_placements, index, Size);
        var outline = new ShapeOutline(drawn.Form, drawn.Line, place, ShapePlacement.Stroke(Size));
        (int top, int bottom) = Reach(place.CentreY, place.Radius);
        (int left, int right) = Reach(place.CentreX, place.Radius);
        Span<float> coverage = stackalloc float[right - left];
        for (int y = top; y < bottom; y++)
        {
            outline.Cover(y, left, coverage);
            for (int c = 0; c < Channels; c++) _palette.Paint(drawn.Colour, c, y * Size + left, coverage, planar.Slice(c * Size * Size, Size * Size));
        }
    }

    /// <summary>An image as a picture of 8 bits a channel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public Picture PictureOf(int index)
    {
        float[] planar = new float[ImageLength];
        Draw(index, planar);
        return Picture.FromPlanar(planar, Channels, Size, Size);
    }

    /// <summary>For example "24000 RGB images of 48 x 48 pixels with seed 0".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Count} {(Channels == 1 ? "grey" : "RGB")} images of {Size} x {Size} pixels with seed {Seed}");

    // The pixels that a circle can touch, and one more for the antialiasing.
    private (int First, int End) Reach(float centre, float radius) => (Math.Max(0, (int)(centre - radius - 1)), Math.Min(Size, (int)(centre + radius + 2)));

    private void CheckIndex(int index)
    {
        if (index < 0 || index >= Count) throw new ArgumentOutOfRangeException(nameof(index), index, $"The dataset has images 0 to {Count - 1}; there is no image {index}.");
    }
}
