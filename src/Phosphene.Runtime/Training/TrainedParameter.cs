using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>A parameter, its gradient, and what Adam remembers of it.</summary>
internal sealed class TrainedParameter(Parameter parameter, Tensor gradient)
{
    private readonly float[] _before = parameter.Values.ToArray();

    public Parameter Parameter { get; } = parameter;

    public Tensor Gradient { get; } = gradient;

    /// <summary>The running means of the gradient.</summary>
    public float[] Means { get; } = new float[parameter.Values.Length];

    /// <summary>The running means of its square.</summary>
    public float[] Squares { get; } = new float[parameter.Values.Length];

    /// <summary>Moves the values against the gradient. Steps count from 1.</summary>
    public void Descend(AdamUpdate adam, long step, float rate, ReadOnlySpan<float> gradient)
    {
        Parameter.Values.CopyTo(_before, 0);
        adam.Move(step, -rate, Parameter.Values, gradient, Means, Squares);
    }

    /// <summary>Gives the values back that they had before the last move.</summary>
    public void UndoLastMove() => _before.CopyTo(Parameter.Values, 0);
}
