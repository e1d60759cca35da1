using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// A change of the image before the model sees it, drawn anew for each step, so that only what survives it can excite the objective
/// ("transformation robustness"): image tensor [N, C, H, W] → image tensor.
/// </summary>
public interface ITransform
{
    /// <summary>The transformed image. What is random comes from <paramref name="random"/>, as scalars that are redrawn each step.</summary>
    /// <exception cref="UsageException">The image is too small for the transform.</exception>
    Tensor Apply(Tensor image, RandomVariables random);

    /// <summary>The same for images that are smaller by a factor below 1: what it moves in pixels is less in proportion, but not 0.</summary>
    ITransform Shrunk(double factor) => this;

    /// <summary>A number of pixels for images that are smaller by a factor below 1: fewer in proportion, but not 0 if it was more.</summary>
    protected static int Shrunk(int pixels, double factor) => Math.Min(pixels, Math.Max(1, (int)Math.Round(factor * pixels)));
}
