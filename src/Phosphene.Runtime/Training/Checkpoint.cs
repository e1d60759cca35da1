using System.Text.Encodings.Web;
using System.Text.Json;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Runtime.Training;

/// <summary>
/// The state of a training between two steps, as one file that is written whole or not at all: a zip of .npy arrays, which numpy.load opens, and of
/// meta.json.
/// <code>
/// meta.json                           step, running means, what the training is
/// weights/conv1/weight.npy            the values of a parameter; then adam-means/... and adam-squares/...
/// sha256                              of all these, in order
/// </code>
/// </summary>
internal sealed class Checkpoint(TrainingFingerprint fingerprint, IReadOnlyList<ParameterState> parameters, IReadOnlyList<(string Name, RunningMean Mean)> means)
{
    /// <summary>What Adam's running means are called.</summary>
    public const string Means = "adam-means", Squares = "adam-squares";

    private const string Format = "phosphene training 1";

    public void Write(string path, long step)
    {
        using var archive = new ArrayArchiveWriter();
        archive.Add("meta.json", stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            json.WriteStartObject();
            json.WriteString("format", Format);
            json.WriteNumber("step", step);
            json.WriteStartObject("runningMeans");
            foreach ((string name, RunningMean mean) in means)
            {
                json.WriteStartArray(name);
                json.WriteNumberValue(mean.Sum);
                json.WriteNumberValue(mean.Weight);
                json.WriteEndArray();
            }
            json.WriteEndObject();
            json.WritePropertyName("training");
            fingerprint.Write(json);
            json.WriteEndObject();
        });
        foreach ((string name, Parameter array) in Arrays()) archive.Add(name, stream => NpyFile.Write(stream, array.Shape, array.Values));
        archive.Write(path);
    }

    /// <summary>Reads all, and only then changes the parameters; returns the step.</summary>
    /// <exception cref="InvalidDataException">The file is no checkpoint, is damaged, or is of another training; the message says which.</exception>
    public long Read(string path)
    {
        using ArrayArchiveReader archive = ArrayArchiveReader.Open(path);
        (long step, double[][] stored) = ReadMeta(archive, path);
        List<(Parameter Into, float[] Values)> arrays = [];
        foreach ((string name, Parameter array) in Arrays()) arrays.Add((array, archive.ReadArray(name, array.Shape)));
        archive.VerifyHash();

        foreach ((Parameter into, float[] values) in arrays) values.CopyTo(into.Values, 0);
        for (int i = 0; i < means.Count; i++) (means[i].Mean.Sum, means[i].Mean.Weight) = (stored[i][0], stored[i][1]);
        return step;
    }

    private (long Step, double[][] Means) ReadMeta(ArrayArchiveReader archive, string path)
    {
        byte[] meta = archive.Read("meta.json", ArrayArchiveReader.MetaBytes);
        try
        {
            using JsonDocument json = JsonDocument.Parse(meta);
            string? format = json.RootElement.GetProperty("format").GetString();
            if (format != Format) throw ArrayArchiveReader.Error(path, $"its format is '{format}', where '{Format}' is expected");
            if (fingerprint.DifferenceTo(TrainingFingerprint.Read(json.RootElement.GetProperty("training"))) is { } difference)
                throw ArrayArchiveReader.Error(path, $"it is of another training: {difference}; describe the training as it was, or begin a new one without this file");
            JsonElement stored = json.RootElement.GetProperty("runningMeans");
            double[][] values = [.. means.Select(mean => stored.GetProperty(mean.Name).EnumerateArray().Select(value => value.GetDouble()).ToArray())];
            long step = json.RootElement.GetProperty("step").GetInt64();
            if (step < 0 || values.Any(pair => pair.Length != 2)) throw new JsonException("the step or a running mean is out of range");
            return (step, values);
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw ArrayArchiveReader.Error(path, $"its meta.json is damaged ({damage.Message})");
        }
    }

    private IEnumerable<(string Name, Parameter Array)> Arrays() =>
        from state in parameters
        let weights = (Parameter)state.Parameter.Operator
        from entry in new[] { ("weights", state.Parameter), (Means, state.Zeros(Means)), (Squares, state.Zeros(Squares)) }
        select ($"{entry.Item1}/{weights.Name}.npy", (Parameter)entry.Item2.Operator);
}
