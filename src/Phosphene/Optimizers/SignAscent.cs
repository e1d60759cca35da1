using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// Each value by the same amount, whatever its gradient: x += rate · sign(g), the steepest way up if the length of a step is the largest change of a value (L∞). Where the gradient is 0 nothing
/// moves. Source: the article, "Preconditioning and Parameterization"; Goodfellow et al., Explaining and harnessing adversarial examples, 2015.
/// </summary>
/// <param name="LearningRate">The change of each value in one step.</param>
public sealed record SignAscent(float LearningRate) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizer WithRate(float rate) => this with { LearningRate = rate };

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        return [new(parameter.Values, parameter.Values + LearningRate * gradient.Sign())];
    }
}
