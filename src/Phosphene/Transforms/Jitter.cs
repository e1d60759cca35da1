using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Crops the image to a window shifted by 0 to <paramref name="Pixels"/> pixels in each direction, drawn anew for each step:
/// [N, C, H, W] becomes [N, C, H - pixels, W - pixels]. Source: DeepDream, Mordvintsev et al. 2015; the same crop as Lucid's transform.jitter.
/// </summary>
public sealed record Jitter(int Pixels) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Pixels < 0) throw new UsageException($"jitter({Pixels}) needs a number of pixels of at least 0.");
        if (Pixels >= Math.Min(image.Shape.Height, image.Shape.Width))
            throw new UsageException($"jitter({Pixels}) needs an image of more than {Pixels} pixels on both sides; got {image.Shape.Height} x {image.Shape.Width} (height x width).");
        Tensor top = random.Integer("jitter.y", 0, Pixels), left = random.Integer("jitter.x", 0, Pixels);
        return image.Crop(top, left, image.Shape.Height - Pixels, image.Shape.Width - Pixels, Affine.Grey);
    }

    /// <inheritdoc/>
    public ITransform Shrunk(double factor) => this with { Pixels = ITransform.Shrunk(Pixels, factor) };

    /// <summary>For example "jitter(16)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
