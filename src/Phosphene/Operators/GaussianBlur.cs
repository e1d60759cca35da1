using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Operators;

/// <summary>
/// A Gaussian blur: each pixel becomes the mean of those around it, weighted by exp(-d² / 2σ²) for a distance of d pixels, up to ⌈3σ⌉ pixels down and across. At the border the weights inside of
/// the image are scaled to sum to 1. Linear. On the image: Nguyen et al. 2015 and Yosinski et al. 2015; on the gradient: Øygard 2015.
/// </summary>
/// <param name="Sigma">The standard deviation in pixels, above 0.</param>
public sealed record GaussianBlur(float Sigma) : IImageOperator
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!(Sigma > 0)) throw new UsageException($"'{this}' needs a standard deviation above 0 pixels.");
        return image.Times(Filter(image.Shape.Height), 2).Times(Filter(image.Shape.Width), 3);
    }

    private SparseMatrix Filter(int length) => Band.Of(length, (int)Math.Ceiling(3 * Sigma), d => Math.Exp(-d * d / (2.0 * Sigma * Sigma)));

    /// <summary>For example "blur(1)".</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}
