using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Phosphene.Runtime.Files;

namespace Phosphene.Runtime.Training;

/// <summary>Reports as lines of JSON. A training that is resumed goes on after the line of its checkpoint; what was written after it goes.</summary>
internal sealed class MetricsLog : IDisposable
{
    /// <summary>The names that a line has anyway, and no metric may have.</summary>
    public static readonly ImmutableArray<string> OwnNames = ["step", "loss", "smoothedLoss", "learningRate", "gradientNorm", "examplesPerSecond", "seconds"];

    private readonly string _path;
    private readonly FileStream _file;

    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="step">The step that the training is at; 0 begins a new file.</param>
    /// <exception cref="OutputFileException">The file cannot be written.</exception>
    public MetricsLog(string path, long step)
    {
        _path = path;
        try
        {
            if (File.Exists(path))
            {
                string[] kept = step == 0 ? [] : [.. File.ReadLines(path).TakeWhile(line => StepOf(line) <= step)];
                AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(string.Concat(kept.Select(line => line + "\n")))));
            }
            _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        }
        catch (Exception error) when (error is IOException and not OutputFileException or UnauthorizedAccessException)
        {
            throw Unwritten(error);
        }
    }

    /// <exception cref="OutputFileException">The line cannot be written.</exception>
    public void Add(TrainingReport report)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("step", report.Step);
            json.WriteNumber("loss", report.Loss);
            json.WriteNumber("smoothedLoss", report.SmoothedLoss);
            foreach ((string name, double value) in report.Metrics)
                if (double.IsFinite(value)) json.WriteNumber(name, value);
                else json.WriteNull(name);
            json.WriteNumber("learningRate", report.LearningRate);
            json.WriteNumber("gradientNorm", report.GradientNorm);
            json.WriteNumber("examplesPerSecond", report.ExamplesPerSecond);
            json.WriteNumber("seconds", report.Elapsed.TotalSeconds);
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        try
        {
            _file.Write(line.GetBuffer().AsSpan(0, (int)line.Length));
            _file.Flush();
        }
        catch (IOException error)
        {
            throw Unwritten(error);
        }
    }

    private OutputFileException Unwritten(Exception error) =>
        new($"Cannot write the metrics to '{_path}' ({error.Message.TrimEnd('.')}); free some space or choose another file.", error);

    // A line that was cut off by a kill has no step: it and all after it go.
    private static long StepOf(string line)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("step").GetInt64();
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return long.MaxValue;
        }
    }

    public void Dispose() => _file.Dispose();
}
