using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>
/// A step of one length for each image, whatever the gradient: x += rate · g / ‖g‖. The rule of the report's latent ascent, with the rate 100. Source:
/// COMP421 report, code of section 3.5.
/// </summary>
/// <param name="LearningRate">The length of a step.</param>
public sealed record NormalizedAscent(float LearningRate) : IOptimizer
{
    private const float Least = 1e-30f;                              // nowhere to go: 0 / 0 would be no step but NaN

    /// <inheritdoc/>
    public IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        ArgumentNullException.ThrowIfNull(gradient);
        Tensor norm = Tensor.Max(parameter.SumOfEach(gradient.Square()).Sqrt(), Tensor.Constant(Least));
        return [new(parameter.Values, parameter.Values + LearningRate * gradient / norm)];
    }
}
