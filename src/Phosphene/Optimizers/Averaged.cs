using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// Shows not where an optimizer stands but the mean of where it has been, which swings less around the top:
/// <code>
/// mean' = mean + max(1 - share, 1 / t) · (x - mean)
/// </code>
/// of the values x that step t, from 1, starts from: the plain mean of the first steps, then a running one. The ascent itself goes on as it would without. Source: Polyak and Juditsky, Acceleration of stochastic
/// approximation by averaging, 1992.
/// </summary>
/// <param name="Optimizer">What takes the steps.</param>
/// <param name="Share">The share of the old mean that is kept in each step, from 0 to 1.</param>
public sealed record Averaged(IOptimizer Optimizer, float Share = 0.98f) : IOptimizer
{
    private const string Mean = "mean", Steps = "averaged";

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(state);
        Tensor mean = state.Zeros(Mean), steps = state.Zeros(Steps, Shape.Scalar), step = steps + 1f;
        Tensor weight = Tensor.Max(Tensor.Constant(1 - Share), 1f / step);
        return [new(steps, step), new(mean, mean + weight * (parameter.Values - mean)), .. Optimizer.Ascend(parameter, gradient, state)];
    }

    /// <inheritdoc/>
    public IOptimizer? WithRate(float rate) => Optimizer.WithRate(rate) is { } inner ? this with { Optimizer = inner } : null;

    /// <inheritdoc/>
    public IOptimizer Over(int before, int steps) => this with { Optimizer = Optimizer.Over(before, steps) };

    /// <inheritdoc/>
    public bool Continues(IOptimizer other) => other is Averaged averaged && Optimizer.Continues(averaged.Optimizer);

    /// <inheritdoc/>
    public ReadOnlySpan<float> Shown(ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return Values(state.Zeros(Steps, Shape.Scalar))[0] > 0 ? Values(state.Zeros(Mean)) : state.Values;
    }

    private static float[] Values(Tensor memory) => ((Parameter)memory.Operator).Values;
}
