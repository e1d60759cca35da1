using System.Diagnostics;
using System.Globalization;

namespace Phosphene.Cli;

/// <summary>One line on a screen that is rewritten in place: how far the work is, the objective's value if it has one, its speed and the time left.</summary>
internal sealed class Progress(TextWriter screen, int steps, string unit = "step")
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    // The speed is that of the last seconds: the first steps run another plan.
    private const double Memory = 3;

    private long _lastShown = Stopwatch.GetTimestamp(), _lastStep;
    private double _secondsPerStep;
    private readonly StatusLine _line = new(screen);

    /// <summary>Tells of a step that was done.</summary>
    public void Report(int step, float? value = null)
    {
        long now = Stopwatch.GetTimestamp();
        if (_lastStep != 0)
        {
            double seconds = Stopwatch.GetElapsedTime(_lastStep, now).TotalSeconds, share = Math.Min(1, seconds / Memory + 1.0 / step);
            _secondsPerStep += share * (seconds - _secondsPerStep);
        }
        _lastStep = now;
        if (Stopwatch.GetElapsedTime(_lastShown, now) < Interval) return;
        _lastShown = now;
        _line.Show(Line(step, steps, value, _secondsPerStep, unit));
    }

    /// <summary>Takes the line away.</summary>
    public void Clear() => _line.Clear();

    internal static string Line(int step, int steps, float? value, double secondsPerStep, string unit = "step")
    {
        string line = $"{unit} {step}/{steps}";
        if (value is { } number) line += string.Create(CultureInfo.InvariantCulture, $", objective {number:G5}");
        if (secondsPerStep <= 0) return line;
        var left = TimeSpan.FromSeconds(Math.Round(secondsPerStep * (steps - step)));
        return string.Create(CultureInfo.InvariantCulture, $"{line}, {1 / secondsPerStep:0.0} {unit}s/s, {StatusLine.Time(left)} left");
    }
}
