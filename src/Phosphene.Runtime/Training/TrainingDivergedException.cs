namespace Phosphene.Runtime.Training;

/// <summary>The loss or a gradient is no longer a finite number. The model has the weights of the last step whose numbers were finite.</summary>
public sealed class TrainingDivergedException : Exception
{
    /// <summary>A training that diverged in a step, counted from 1.</summary>
    public TrainingDivergedException(long step, string message) : base(message) => Step = step;

    /// <summary>The step, counted from 1.</summary>
    public long Step { get; }
}
