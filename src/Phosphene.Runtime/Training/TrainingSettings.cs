using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Training;

/// <summary>How a model is trained.</summary>
/// <param name="Steps">The updates of the whole training, at least 1.</param>
/// <param name="LearningRate">The schedule of Adam's learning rate.</param>
public sealed record TrainingSettings(long Steps, LearningRate LearningRate)
{
    /// <summary>The other constants of Adam.</summary>
    public AdamStep Adam { get; init; } = new();

    /// <summary>Steps from one report to the next; the last step always reports.</summary>
    public long ReportEvery { get; init; } = 50;

    /// <summary>Where checkpoints are written, each in place of the one before; null for none.</summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Steps from one checkpoint to the next; one is also written at the end and when the training is cancelled.</summary>
    public long CheckpointEvery { get; init; } = 500;

    /// <summary>Where each report is added as one line of JSON; null for none.</summary>
    public string? MetricsPath { get; init; }

    internal void Validate()
    {
        if (Steps < 1 || ReportEvery < 1 || CheckpointEvery < 1)
            throw new ArgumentException($"A training needs at least 1 step, and at least 1 from report to report and from checkpoint to checkpoint; got {Steps}, {ReportEvery} and {CheckpointEvery}.");
        ArgumentNullException.ThrowIfNull(LearningRate);
        ArgumentNullException.ThrowIfNull(Adam);
    }
}
