using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>Plain gradient ascent: x += rate · g. Source: Erhan et al., Visualizing higher-layer features of a deep network, 2009.</summary>
/// <param name="LearningRate">The rate: the change of a value in one step for a gradient of 1.</param>
public sealed record GradientAscent(float LearningRate) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizer WithRate(float rate) => this with { LearningRate = rate };

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        return [new(parameter.Values, parameter.Values + LearningRate * gradient)];
    }
}
