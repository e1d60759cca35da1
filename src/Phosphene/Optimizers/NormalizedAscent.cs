using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// A step of one size for each image, whatever the gradient: x += rate · g / ‖g‖, or x += rate · g / mean |g|. By the length it is the rule of the report's latent ascent, with the
/// rate 100. Source: COMP421 report, code of section 3.5. By the mean it is DeepDream's, with the rate 1.5 of 255. Source: DeepDream, Mordvintsev et al. 2015.
/// </summary>
/// <param name="LearningRate">The size of a step: its length, or the mean change of a value.</param>
/// <param name="ByMean">Whether the size is the mean of the absolute values, not the length.</param>
public sealed record NormalizedAscent(float LearningRate, bool ByMean = false) : IOptimizer
{
    private const float Least = 1e-30f;                              // nowhere to go: 0 / 0 would be no step but NaN

    /// <inheritdoc/>
    public IOptimizer WithRate(float rate) => this with { LearningRate = rate };

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        Tensor sum = parameter.SumOfEach(ByMean ? gradient.Abs() : gradient.Square());
        Tensor norm = Tensor.Max(ByMean ? sum / ((float)gradient.Shape.Count / sum.Shape.Count) : sum.Sqrt(), Tensor.Constant(Least));
        return [new(parameter.Values, parameter.Values + LearningRate * gradient / norm)];
    }
}
