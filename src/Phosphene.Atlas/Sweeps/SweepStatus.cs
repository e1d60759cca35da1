using System.Text.Json;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Sweeps;

/// <summary>How far a sweep is, by its folder alone: whoever works on it, and wherever.</summary>
/// <param name="Model">The name of the model's file.</param>
/// <param name="Units">How many units the plan has.</param>
/// <param name="Done">How many of them are done, and have all their pictures.</param>
/// <param name="Failed">How many of those ended early.</param>
/// <param name="Damaged">The pictures that are not there though they have a record and, if that was to be looked for, those that are not what was written; their units are not done.</param>
/// <param name="PerMinute">How many units were done in a minute, over the last ten minutes of work; null if nobody has worked in the last ten minutes.</param>
public sealed record SweepStatus(string Model, int Units, int Done, int Failed, IReadOnlyList<string> Damaged, double? PerMinute)
{
    private const string PlanName = "sweep.json", UnitsName = "units.jsonl";

    private static readonly TimeSpan s_recent = TimeSpan.FromMinutes(10);

    /// <summary>How long the rest takes at that speed; null if that is not known.</summary>
    public TimeSpan? TimeLeft => PerMinute is > 0 and { } speed ? TimeSpan.FromMinutes((Units - Done) / speed) : null;

    /// <summary>
    /// Writes down what the sweep of a folder makes: sweep.json, and units.jsonl with a line for each unit. The same plan gives the same bytes. A plan that is there already is replaced: what was done stays, and what both
    /// have is not made again.
    /// </summary>
    /// <exception cref="UsageException">The folder has a sweep of another model.</exception>
    /// <exception cref="OutputFileException">The folder cannot be written to.</exception>
    public static void Begin(SweepPlan plan, string folder)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"Cannot create the folder '{folder}': {e.Message} Choose another.", e);
        }
        string path = Path.Combine(folder, PlanName);
        // A plan that is damaged is written anew, as one that is missing.
        if (File.Exists(path) && Told(path, out _) is var (file, sha256, _) && sha256 != plan.Model.Sha256)
            throw new UsageException($"'{folder}' has a sweep of another model, '{file}' (SHA-256 {sha256[..12]}…), not of '{Path.GetFileName(plan.Model.Path)}' ({plan.Model.Sha256[..12]}…); give another folder.");
        WriteIfNew(Path.Combine(folder, UnitsName), writer =>
        {
            foreach (SweepUnit unit in plan.Units)
            {
                using (var line = new Utf8JsonWriter(writer))
                {
                    line.WriteStartObject();
                    line.WriteString("unit", unit.Id);
                    line.WriteString("layer", unit.Layer.Name);
                    line.WriteNumber("channel", unit.Channel);
                    line.WriteString("make", unit.Make.Text());
                    line.WriteString("record", unit.RecordName);
                    line.WriteEndObject();
                }
                writer.WriteByte((byte)'\n');
            }
        });
        WriteIfNew(path, stream =>
        {
            using var writer = new Utf8JsonWriter(stream);
            writer.WriteStartObject();
            writer.WriteStartObject("model");
            writer.WriteString("file", Path.GetFileName(plan.Model.Path));
            writer.WriteString("sha256", plan.Model.Sha256);
            writer.WriteEndObject();
            writer.WriteString("preprocessing", $"{plan.Model.Preprocessing}");
            writer.WritePropertyName("recipe");
            writer.WriteRawValue(plan.Recipe.ToJson());
            writer.WriteNumber("units", plan.Units.Count);
            writer.WriteEndObject();
        });
    }

    /// <summary>How far the sweep of a folder is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="verify">Whether every picture is read and held against the hash of its record.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="InputFileException">The folder has no sweep, or its plan is damaged.</exception>
    public static SweepStatus Of(string folder, bool verify = false, TimeProvider? time = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (string file, _, int units) = Read(folder);
        DateTime now = (time ?? TimeProvider.System).GetUtcNow().UtcDateTime, first = now;
        int done = 0, failed = 0, recent = 0;
        var damaged = new List<string>();
        foreach ((string id, string name) in UnitsOf(folder))
        {
            string path = Path.Combine(folder, name);
            if (SweepRecord.Read(path, id) is not { } record) continue;
            int before = damaged.Count;
            foreach ((string picture, string sha256) in record.Files)
                if (Path.Combine(folder, picture) is var at && (!File.Exists(at) || verify && SweepRecord.HashOf(at) != sha256)) damaged.Add(picture);
            if (damaged.Count > before) continue;
            done++;
            if (record.Failure is not null) failed++;
            DateTime written = File.GetLastWriteTimeUtc(path);
            if (now - written > s_recent) continue;
            recent++;
            if (written < first) first = written;
        }
        double minutes = (now - first).TotalMinutes;
        return new SweepStatus(file, units, done, failed, damaged, recent > 1 && minutes > 0 ? (recent - 1) / minutes : null);
    }

    private static (string File, string Sha256, int Units) Read(string folder)
    {
        string path = Path.Combine(folder, PlanName);
        if (!File.Exists(path)) throw new InputFileException($"'{folder}' has no sweep (no {PlanName}); give the folder that 'phosphene sweep MODEL -o DIR' writes to.");
        return Told(path, out string? fault) ?? throw IsDamaged(path, fault);
    }

    // What the plan tells; null if it is damaged.
    private static (string File, string Sha256, int Units)? Told(string path, out string? fault)
    {
        fault = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement model = document.RootElement.GetProperty("model");
            return (Text(model, "file"), Text(model, "sha256"), document.RootElement.GetProperty("units").GetInt32());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            fault = e.Message;
            return null;
        }
    }

    private static IEnumerable<(string Id, string Record)> UnitsOf(string folder)
    {
        string path = Path.Combine(folder, UnitsName);
        if (!File.Exists(path)) throw IsDamaged(path, "It is missing.");
        foreach (string line in File.ReadLines(path))
        {
            (string, string) unit;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                unit = (Text(document.RootElement, "unit"), Text(document.RootElement, "record"));
            }
            catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw IsDamaged(path, e.Message);
            }
            yield return unit;
        }
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString() ?? throw new JsonException($"'{name}' is null.");

    private static InputFileException IsDamaged(string path, string? fault) => new($"'{path}' is damaged: {fault} Run the same sweep again: it writes the plan anew, and what is done stays.");

    // Of several processes that begin at once, each leaves the same bytes.
    private static void WriteIfNew(string path, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        byte[] bytes = content.ToArray();
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
