using Phosphene.Parameterizations;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Training;

namespace Phosphene.Optimizers;

/// <summary>A rule for moving the parameters of an image uphill, written as graph: (x, gradient, state) → (x, state). The settings are a record.</summary>
public interface IOptimizer
{
    /// <summary>What a parameter, and what the optimizer remembers of it, become in a step.</summary>
    /// <param name="parameter">What is moved.</param>
    /// <param name="gradient">The gradient of the objective in it, of the same shape: the whole of it, for all images of the batch.</param>
    /// <param name="state">What the optimizer remembers of this parameter: it begins with zeros and changes by assignment.</param>
    IReadOnlyList<Assignment> Ascend(ImageParameter parameter, Tensor gradient, ParameterState state);

    /// <summary>Whether it remembers what another does, so that it can go on where that one stood, with other settings.</summary>
    bool Continues(IOptimizer other) => other?.GetType() == GetType();

    /// <summary>The values of a parameter that the picture is made of: those that it has, unless the optimizer knows better ones.</summary>
    /// <param name="state">The parameter, and what the optimizer remembers of it.</param>
    ReadOnlySpan<float> Shown(ParameterState state) => state?.Values;

    /// <summary>The same for an ascent of other steps: a schedule over all steps of the one is over all of the other. Itself if it counts no steps, or others.</summary>
    /// <param name="before">The steps that it is for.</param>
    /// <param name="steps">The steps that it is to be for, at least 1.</param>
    IOptimizer Over(int before, int steps) => this;

    /// <summary>The same with another learning rate; null if it has none.</summary>
    /// <param name="rate">The rate, above 0.</param>
    IOptimizer? WithRate(float rate) => null;
}
