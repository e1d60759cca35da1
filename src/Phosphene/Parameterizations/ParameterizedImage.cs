using Phosphene.Runtime.Graphs;
using Phosphene.Transforms;

namespace Phosphene.Parameterizations;

/// <summary>An image in the graph and the parameters it is made of.</summary>
/// <param name="Image">The image [N, C, H, W] in [0, 1].</param>
/// <param name="Parameters">What the optimizer changes.</param>
public sealed record ParameterizedImage(Tensor Image, params IReadOnlyList<ImageParameter> Parameters) : IDisposable
{
    /// <summary>The image that a step looks at, if it is another than the one that is saved: made of parameters with noise, for example.</summary>
    public Tensor Seen { get; init; } = Image;

    /// <summary>What is random in <see cref="Seen"/>, drawn anew for each step.</summary>
    public RandomVariables Random { get; init; } = new();

    /// <summary>How far the parameters are from what the parameterization deems likely, for each image [N]: subtracted from the objective. Null for nothing.</summary>
    public Tensor? Penalty { get; init; }

    /// <summary>
    /// The values of the parameters, in their order, that make an image [N, C, H, W]: for a start from a picture. Null if none can be told.
    /// </summary>
    public Func<Tensor, IReadOnlyList<Tensor>>? Inverse { get; init; }

    /// <summary>What the graph reads and must be open as long as it is used; null for nothing.</summary>
    public IDisposable? Source { get; init; }

    /// <summary>Closes <see cref="Source"/>.</summary>
    public void Dispose() => Source?.Dispose();
}
