using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Visualization;

/// <summary>
/// How important each pixel has been to an ascent: the sum over its steps of the mean over channels of |∂ objective / ∂ image|, [N, 1, H, W]. It is kept beside what the optimizer remembers of the first
/// parameter, so that it begins anew and goes on from a snapshot as that does. Source: Fel et al. 2023, MaCo's transparency.
/// </summary>
internal static class Importance
{
    /// <summary>The sum so far, for images of a shape [N, C, H, W].</summary>
    public static Tensor Of(IReadOnlyList<ParameterState> states, Shape image) => states[0].Zeros("importance", image.With(1, 1));

    /// <summary>What it becomes by a step with a gradient [N, C, H, W] in the image.</summary>
    public static Assignment Grow(IReadOnlyList<ParameterState> states, Tensor gradient)
    {
        Tensor sum = Of(states, gradient.Shape);
        return new Assignment(sum, sum + gradient.Abs().MeanOver(1));
    }
}
