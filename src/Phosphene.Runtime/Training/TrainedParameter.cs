using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>A parameter, its gradient, and what Adam remembers of it.</summary>
internal sealed class TrainedParameter(Parameter parameter, Tensor gradient)
{
    public Parameter Parameter { get; } = parameter;

    public Tensor Gradient { get; } = gradient;

    /// <summary>The values before the last move.</summary>
    public float[] Before { get; } = new float[parameter.Values.Length];

    /// <summary>The running means of the gradient.</summary>
    public float[] Means { get; } = new float[parameter.Values.Length];

    /// <summary>The running means of its square.</summary>
    public float[] Squares { get; } = new float[parameter.Values.Length];
}
