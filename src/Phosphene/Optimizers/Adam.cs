using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// Adam, uphill: see <see cref="AdamStep"/>. Defaults of TensorFlow, as in Lucid (rate 0.05).
/// </summary>
/// <param name="LearningRate">The rate: about the change of a value in one step.</param>
/// <param name="Beta1">The share of the old mean of the gradient that is kept.</param>
/// <param name="Beta2">The share of the old mean of its square that is kept.</param>
/// <param name="Epsilon">Keeps the division finite.</param>
public sealed record Adam(float LearningRate = 0.05f, float Beta1 = 0.9f, float Beta2 = 0.999f, float Epsilon = 1e-8f) : IOptimizer
{
    /// <inheritdoc/>
    public IOptimizer WithRate(float rate) => this with { LearningRate = rate };

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(state);
        Tensor x = parameter.Values, means = state.Zeros("means"), squares = state.Zeros("squares");
        // Counted in single numbers: from 2^24 on the count stands still, when both corrections have long been 1.
        Tensor steps = state.Zeros("steps", Shape.Scalar), step = steps + 1f;
        return [new(steps, step), new AdamStep(Beta1, Beta2, Epsilon).Move(x, means, squares, gradient, step, Tensor.Constant(LearningRate))];
    }
}
