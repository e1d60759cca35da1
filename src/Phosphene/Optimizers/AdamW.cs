using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// <see cref="Adam"/> with weight decay beside it: x' = (1 - rate·decay)·x + Adam's move. Of a spectrum or of pixels before the sigmoid, decay is towards grey. Source: Loshchilov and Hutter, Decoupled weight
/// decay regularization, 2019; torch-dreams.
/// </summary>
/// <param name="LearningRate">The rate: about the change of a value in one step.</param>
/// <param name="WeightDecay">How strongly values are drawn to 0, before the rate.</param>
/// <param name="Beta1">The share of the old mean of the gradient that is kept.</param>
/// <param name="Beta2">The share of the old mean of its square that is kept.</param>
/// <param name="Epsilon">Keeps the division finite.</param>
public sealed record AdamW(float LearningRate = 0.05f, float WeightDecay = 0.01f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizer WithRate(float rate) => this with { LearningRate = rate };

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        Tensor decay = LearningRate * WeightDecay * parameter.Values;
        return new Adam(LearningRate, Beta1, Beta2, Epsilon).Ascend(parameter, gradient, state).Changing(parameter.Values, moved => moved - decay);
    }
}
