using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Left and right exchanged in some of the steps. The size [N, C, H, W] stays. Source: xplique's random_flip.
/// </summary>
/// <param name="Probability">In what share of the steps.</param>
public sealed record Flip(float Probability = 0.5f) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (!(Probability is >= 0 and <= 1)) throw new UsageException($"{this} needs a probability from 0 to 1.");
        // 1 as it is, -1 mirrored about the middle.
        Tensor side = 1f - 2f * Tensor.Constant(Probability).GreaterThan(random.Uniform("flip", 0, 1)), zero = Tensor.Constant(0), one = Tensor.Constant(1);
        (int height, int width) = (image.Shape.Height, image.Shape.Width);
        return image.Warp(Affine.AboutCentre(one, zero, zero, side, height, width), height, width, Affine.Grey);
    }

    /// <summary>For example "flip" or "flip(0.2)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
