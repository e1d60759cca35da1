using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// Adam with Nesterov's momentum, uphill:
/// <code>
/// μ_t = β1·(1 - 0.96^(t·ψ) / 2),  m' = β1·m + (1 - β1)·g,  v' = β2·v + (1 - β2)·g²
/// x' = x + rate · (μ_(t+1)·m' / (1 - Π_(i ≤ t+1) μ_i) + (1 - μ_t)·g / (1 - Π_(i ≤ t) μ_i)) / (√(v' / (1 - β2^t)) + ε)
/// </code>
/// for the step t, from 1. Sources: Dozat, Incorporating Nesterov momentum into Adam, 2016, and PyTorch have ψ = 0.004; Keras, and so MaCo, has ψ = 1.
/// </summary>
/// <param name="LearningRate">The rate: about the change of a value in one step.</param>
/// <param name="Beta1">The share of the old mean of the gradient that is kept.</param>
/// <param name="Beta2">The share of the old mean of its square that is kept.</param>
/// <param name="Epsilon">Keeps the division finite.</param>
/// <param name="MomentumDecay">ψ: how soon the momentum is whole.</param>
public sealed record Nadam(float LearningRate = 0.05f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f, float MomentumDecay = 0.004f) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizer WithRate(float rate) => this with { LearningRate = rate };

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(state);
        Tensor means = state.Zeros("means"), squares = state.Zeros("squares"), steps = state.Zeros("steps", Shape.Scalar);
        // The product begins with 1, and what is remembered with 0: so it is 1 minus the product.
        Tensor rest = state.Zeros("rest", Shape.Scalar), step = steps + 1f;
        Tensor product = (1f - rest) * MomentumOf(step), ahead = product * MomentumOf(step + 1f);
        Tensor mean = Beta1 * means + (1 - Beta1) * gradient, square = Beta2 * squares + (1 - Beta2) * gradient.Square();
        Tensor direction = MomentumOf(step + 1f) / (1f - ahead) * mean + (1f - MomentumOf(step)) / (1f - product) * gradient;
        Tensor size = (square / (1f - Power(Beta2, step))).Sqrt() + Epsilon;
        return
        [
            new(steps, step), new(rest, 1f - product), new(means, mean), new(squares, square),
            new(parameter.Values, parameter.Values + LearningRate * direction / size),
        ];
    }

    private Tensor MomentumOf(Tensor step) => Beta1 * (1f - 0.5f * Power(0.96f, MomentumDecay * step));

    private static Tensor Power(float number, Tensor exponent) => Tensor.Constant(number).Pow(exponent);
}
