using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// Gradient ascent with momentum:
/// <code>
/// v' = share·v + g,  x' = x + rate · v',  or with Nesterov's  x' = x + rate · (g + share·v')
/// </code>
/// Source: PyTorch's SGD.
/// </summary>
/// <param name="LearningRate">The rate.</param>
/// <param name="Share">The share of the old velocity that is kept.</param>
/// <param name="Nesterov">Whether the step looks ahead.</param>
public sealed record Momentum(float LearningRate, float Share = 0.9f, bool Nesterov = false) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizer WithRate(float rate) => this with { LearningRate = rate };

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(state);
        Tensor velocity = state.Zeros("velocity"), next = Share * velocity + gradient;
        return [new(velocity, next), new(parameter.Values, parameter.Values + LearningRate * (Nesterov ? gradient + Share * next : next))];
    }
}
