using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Shifts the image by -<paramref name="Pixels"/> to <paramref name="Pixels"/> pixels in each direction, drawn anew for each step; what leaves it on one side comes in on the other. The size
/// stays. Source: DeepDream's jitter, Mordvintsev et al. 2015.
/// </summary>
public sealed record Roll(int Pixels) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Pixels < 0) throw new UsageException($"roll({Pixels}) needs a number of pixels of at least 0.");
        (int height, int width) = (image.Shape.Height, image.Shape.Width);
        if (Pixels > Math.Min(height, width)) throw new UsageException($"roll({Pixels}) needs an image of at least {Pixels} pixels on both sides; got {height} x {width} (height x width).");
        if (Pixels == 0) return image;
        // The image with what lies around it, were it repeated; a shifted window of that is the image rolled.
        Tensor around = Repeated(Repeated(image, 2), 3);
        return around.Crop(random.Integer("roll.y", 0, 2 * Pixels), random.Integer("roll.x", 0, 2 * Pixels), height, width);
    }

    private Tensor Repeated(Tensor image, int axis) => Tensor.Concat(axis, image.Slice(axis, image.Shape[axis] - Pixels, Pixels), image, image.Slice(axis, 0, Pixels));

    /// <inheritdoc/>
    public ITransform Shrunk(double factor) => this with { Pixels = ITransform.Shrunk(Pixels, factor) };

    /// <summary>For example "roll(32)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
