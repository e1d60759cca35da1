using System.Globalization;
using Phosphene.Runtime.Training;

namespace Phosphene.Cli;

/// <summary>One line on a screen that is rewritten in place: how far a training is, its loss and other numbers, its speed and the time left.</summary>
internal sealed class TrainingProgress(TextWriter screen)
{
    private readonly StatusLine _line = new(screen);

    /// <summary>Tells of a report.</summary>
    public void Report(TrainingReport report) => _line.Show(Line(report));

    /// <summary>Takes the line away.</summary>
    public void Clear() => _line.Clear();

    internal static string Line(TrainingReport report)
    {
        string metrics = string.Concat(report.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $", {Words.Plain(metric.Key)} {metric.Value:G4}")));
        return string.Create(CultureInfo.InvariantCulture,
            $"step {report.Step}/{report.Steps}, loss {report.SmoothedLoss:G4}{metrics}, {report.ExamplesPerSecond:0} images/s, {StatusLine.Time(report.Remaining)} left");
    }
}
