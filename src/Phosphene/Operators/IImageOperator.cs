using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Operators;

/// <summary>
/// A fixed change of an image [N, C, H, W], each image of the batch for itself: image → image of the same shape. A recipe uses operators in two places: between steps on the image itself, and
/// in each step on the gradient in the image.
/// </summary>
public interface IImageOperator
{
    /// <summary>The changed image.</summary>
    /// <exception cref="UsageException">The operator cannot be used here.</exception>
    Tensor Apply(Tensor image);
}
