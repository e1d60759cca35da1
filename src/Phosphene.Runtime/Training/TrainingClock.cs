using System.Diagnostics;

namespace Phosphene.Runtime.Training;

/// <summary>Measures a training's speed from report to report.</summary>
internal sealed class TrainingClock
{
    private readonly long _start = Stopwatch.GetTimestamp(), _firstStep, _steps;
    private readonly int _batchSize;
    private long _reported = Stopwatch.GetTimestamp(), _stepReported;

    public TrainingClock(long firstStep, long steps, int batchSize)
    {
        (_firstStep, _stepReported, _steps, _batchSize) = (firstStep, firstStep, steps, batchSize);
    }

    public TrainingReport Report(long step, double loss, double smoothedLoss, IReadOnlyDictionary<string, double> metrics, double rate, double norm)
    {
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start), since = Stopwatch.GetElapsedTime(_reported);
        double speed = (step - _stepReported) * (double)_batchSize / Math.Max(1e-9, since.TotalSeconds);
        // The time left follows the whole run, which is steadier than the last few steps.
        double ticks = elapsed.Ticks * ((double)(_steps - step) / Math.Max(1, step - _firstStep));
        TimeSpan remaining = ticks < TimeSpan.MaxValue.Ticks ? TimeSpan.FromTicks((long)ticks) : TimeSpan.MaxValue;
        (_reported, _stepReported) = (Stopwatch.GetTimestamp(), step);
        return new TrainingReport(step, _steps, loss, smoothedLoss, metrics, rate, norm, speed, elapsed, remaining);
    }
}
