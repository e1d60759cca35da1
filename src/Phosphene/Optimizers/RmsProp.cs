using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// RMSProp, uphill:
/// <code>
/// v' = share·v + (1 - share)·g²,  x' = x + rate · g / √(v' + ε)
/// </code>
/// Source: Keras. keras-vis has the rate 1 and the share 0.95, tf-keras-vis 1 and 0.999, on images from 0 to 255.
/// </summary>
/// <param name="LearningRate">The rate.</param>
/// <param name="Share">The share of the old mean of the squared gradient that is kept.</param>
/// <param name="Epsilon">Keeps the division finite.</param>
public sealed record RmsProp(float LearningRate = 0.001f, float Share = 0.9f, float Epsilon = 1e-7f) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizer WithRate(float rate) => this with { LearningRate = rate };

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(state);
        Tensor squares = state.Zeros("squares"), next = Share * squares + (1 - Share) * gradient.Square();
        return [new(squares, next), new(parameter.Values, parameter.Values + LearningRate * gradient / (next + Epsilon).Sqrt())];
    }
}
