using System.Globalization;
using Phosphene.Images;
using Spectre.Console;

namespace Phosphene.Cli;

/// <summary>Shows how far some work is: step of steps, the objective's value or other numbers, the speed of the last seconds and the time left.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100), Memory = TimeSpan.FromSeconds(5);

    // However slow the steps are, the speed is that of two of them at least.
    private const int LeastKept = 3;

    private readonly ProgressLine _line;
    private readonly TimeProvider _time;
    private readonly long _steps;
    private readonly string _unit;
    private readonly Queue<(long Time, long Step)> _recent = [];
    private long _shown;

    /// <param name="screen">Where it is shown.</param>
    /// <param name="steps">How many steps there are to do, at least 1.</param>
    /// <param name="unit">What a step is called; an "s" makes it many.</param>
    /// <param name="done">How many were done before.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public Progress(IAnsiConsole screen, long steps, string unit = "step", long done = 0, TimeProvider? time = null)
    {
        (_line, _steps, _unit, _time) = (new ProgressLine(screen), steps, unit, time ?? TimeProvider.System);
        Show(done, []);
    }

    /// <summary>Tells of a step that was done. It may be called after each: the line is drawn ten times a second at most.</summary>
    /// <param name="step">How many are done.</param>
    /// <param name="values">Numbers to show, the dearest first.</param>
    public void Report(long step, params ReadOnlySpan<(string Name, double Value)> values)
    {
        long now = _time.GetTimestamp();
        if (_recent.Count > 0 && _time.GetElapsedTime(_shown, now) < Interval) return;
        _shown = now;
        _recent.Enqueue((now, step));
        while (_recent.Count > LeastKept && _time.GetElapsedTime(_recent.Peek().Time, now) > Memory) _recent.Dequeue();
        Show(step, values);
    }

    /// <summary>A picture to show below, from the next report on.</summary>
    public void Show(Picture picture) => _line.Show(picture);

    // Numbers keep their widths, so that the bar keeps its own.
    private void Show(long step, ReadOnlySpan<(string Name, double Value)> values)
    {
        string steps = Invariant($"{_steps}");
        List<ProgressText> texts = [new(0, $"{_unit} ", $"{Invariant($"{step}").PadLeft(steps.Length)}/{steps}")];
        for (int i = 0; i < values.Length; i++) texts.Add(new(i == 0 ? 2 : 3 + i, $"{values[i].Name} ", Invariant($"{values[i].Value,-8:G5}")));
        if (StepsPerSecond(step) is { } speed)
        {
            texts.Add(speed >= 0.1 ? new(3, "", Number(speed), $" {_unit}s/s") : new(3, "", Number(1 / speed), $" s/{_unit}"));
            texts.Add(new(1, "", TimeText((_steps - step) / speed), " left"));
        }
        _line.Show((double)step / _steps, texts);
    }

    // Without the first step, in which plans are compiled.
    private double? StepsPerSecond(long step)
    {
        if (_recent.Count < 2) return null;
        (long since, long before) = _recent.Peek();
        double seconds = _time.GetElapsedTime(since, _shown).TotalSeconds;
        return step > before && seconds > 0 ? (step - before) / seconds : null;
    }

    private static string Number(double number) => number.ToString(number >= 100 ? "0" : number >= 10 ? "0.0" : "0.00", CultureInfo.InvariantCulture).PadLeft(4);

    /// <summary>A time as people write it: 0:42, 12:05, 1:00:00.</summary>
    internal static string TimeText(double seconds)
    {
        long whole = (long)Math.Min(Math.Round(seconds), 1e12);
        return whole < 3600 ? Invariant($"{whole / 60}:{whole % 60:00}") : Invariant($"{whole / 3600}:{whole / 60 % 60:00}:{whole % 60:00}");
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Takes the line away.</summary>
    public void Dispose() => _line.Dispose();
}
