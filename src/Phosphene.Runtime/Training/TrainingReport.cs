namespace Phosphene.Runtime.Training;

/// <summary>How far a training is.</summary>
/// <param name="Step">The updates done.</param>
/// <param name="Steps">The updates of the whole training.</param>
/// <param name="Loss">The loss of this step's batch, before its update.</param>
/// <param name="SmoothedLoss">Its running mean: the last hundred steps or so.</param>
/// <param name="Metrics">The running means of the other numbers, by name.</param>
/// <param name="LearningRate">The rate of this step's update.</param>
/// <param name="GradientNorm">√Σg² over all parameters.</param>
/// <param name="ExamplesPerSecond">Images (or other examples) a second since the report before.</param>
/// <param name="Elapsed">The time since the training began or was resumed.</param>
/// <param name="Remaining">The time that the remaining steps will take at the present speed.</param>
public sealed record TrainingReport(
    long Step, long Steps, double Loss, double SmoothedLoss, IReadOnlyDictionary<string, double> Metrics,
    double LearningRate, double GradientNorm, double ExamplesPerSecond, TimeSpan Elapsed, TimeSpan Remaining);
