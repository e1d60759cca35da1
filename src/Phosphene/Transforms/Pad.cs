using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// A mid-grey border of <paramref name="Pixels"/> pixels on each side, against artefacts at the edge: [N, C, H, W] becomes
/// [N, C, H + 2·pixels, W + 2·pixels]. Source: the article, 16 pixels; Lucid's transform.pad with constant 0.5.
/// </summary>
public sealed record Pad(int Pixels) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Pixels < 0) throw new UsageException($"pad({Pixels}) needs a number of pixels of at least 0.");
        Tensor offset = Tensor.Constant(-Pixels);
        return image.Crop(offset, offset, image.Shape.Height + 2 * Pixels, image.Shape.Width + 2 * Pixels, Affine.Grey);
    }

    /// <inheritdoc/>
    public ITransform Shrunk(double factor) => this with { Pixels = ITransform.Shrunk(Pixels, factor) };

    /// <summary>For example "pad(16)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
