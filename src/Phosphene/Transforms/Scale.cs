using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Zooms about the centre by a factor drawn anew for each step; above 1 the content grows. The size [N, C, H, W] stays, so that the plan's shapes
/// are static: what a zoom cuts off or leaves open at the rim (mid-grey) is what a following crop is for. Source: the article's second transform.
/// </summary>
/// <param name="Factors">The factor.</param>
/// <param name="Nearest">Whether each pixel is the nearest one of the image, rather than a mean of the four around.</param>
public sealed record Scale(Draw Factors, bool Nearest = false) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Factors.Least <= 0) throw new UsageException($"{this} needs factors above 0.");
        Tensor inverse = 1f / Factors.From(random, "scale"), zero = Tensor.Constant(0);
        (int height, int width) = (image.Shape.Height, image.Shape.Width);
        return image.Warp(Affine.AboutCentre(inverse, zero, zero, inverse, height, width), height, width, Affine.Grey, Nearest);
    }

    /// <summary>For example "scale(0.95..1.05)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
