using System.Text.Json;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Sweeps;

/// <summary>How far a sweep is, by its folder alone: whoever works on it, and wherever.</summary>
/// <param name="Model">The name of the model's file.</param>
/// <param name="Units">How many units the plan has.</param>
/// <param name="Done">How many of them are done.</param>
/// <param name="Failed">How many of those ended early.</param>
/// <param name="Damaged">The pictures that are not those of their records; empty unless that was to be looked for.</param>
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
        if (File.Exists(path) && Read(folder) is var (file, sha256, _) && sha256 != plan.Model.Sha256)
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
        foreach (string line in File.ReadLines(Path.Combine(folder, UnitsName)))
        {
            (string id, string name) = Unit(line, folder);
            string path = Path.Combine(folder, name);
            if (SweepRecord.Read(path, id) is not { } record) continue;
            string[] missing = [.. record.Files.Select(entry => entry.File).Where(picture => !File.Exists(Path.Combine(folder, picture)))];
            damaged.AddRange(verify ? record.Files.Where(entry => missing.Contains(entry.File) || SweepRecord.HashOf(Path.Combine(folder, entry.File)) != entry.Sha256).Select(entry => entry.File) : missing);
            if (missing.Length > 0) continue;
            done++;
            if (record.Failure is not null) failed++;
            DateTime at = File.GetLastWriteTimeUtc(path);
            if (now - at > s_recent) continue;
            recent++;
            if (at < first) first = at;
        }
        double minutes = (now - first).TotalMinutes;
        return new SweepStatus(file, units, done, failed, damaged, recent > 1 && minutes > 0 ? recent / minutes : null);
    }

    private static (string File, string Sha256, int Units) Read(string folder)
    {
        string path = Path.Combine(folder, PlanName);
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement model = document.RootElement.GetProperty("model");
            return (model.GetProperty("file").GetString()!, model.GetProperty("sha256").GetString()!, document.RootElement.GetProperty("units").GetInt32());
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"'{folder}' has no sweep (no {PlanName}); give the folder that 'phosphene sweep MODEL -o DIR' writes to.");
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputFileException($"'{path}' is damaged: {e.Message} Run the sweep again; what is done stays.");
        }
    }

    private static (string Id, string Record) Unit(string line, string folder)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return (document.RootElement.GetProperty("unit").GetString()!, document.RootElement.GetProperty("record").GetString()!);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InputFileException($"'{Path.Combine(folder, UnitsName)}' is damaged: {e.Message} Run the sweep again; what is done stays.");
        }
    }

    // Of several processes that begin at once, each leaves the same bytes.
    private static void WriteIfNew(string path, Action<Stream> write)
    {
        using var content = new MemoryStream();
        write(content);
        byte[] bytes = content.ToArray();
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
