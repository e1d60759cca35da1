using System.Text.Json;
using Phosphene.Runtime.Files;

namespace Phosphene.Atlas.Slurm;

/// <summary>A job array that was submitted for a sweep: what is written down of it beside its script, so that another process can follow it.</summary>
/// <param name="Id">Its number and, of several clusters, behind a ';' the name of its own: as sbatch tells them.</param>
/// <param name="Tasks">How many tasks it has.</param>
/// <param name="Script">The text of its script.</param>
internal sealed record ArrayJob(string Id, int Tasks, string Script)
{
    public const string ScriptName = "sweep.sh";

    private const string Name = "job.json";

    /// <summary>Its number.</summary>
    public string Number => Id.Split(';')[0];

    /// <summary>Its cluster; null for the usual one.</summary>
    public string? Cluster => Id.Split(';').ElementAtOrDefault(1);

    /// <summary>The last one of a folder; null if there is none, or what was written of it is damaged.</summary>
    public static ArrayJob? Read(string folder)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, Name)));
            JsonElement root = document.RootElement;
            return new ArrayJob(root.GetProperty("job").GetString()!, root.GetProperty("tasks").GetInt32(), root.GetProperty("script").GetString()!);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Writes it down.</summary>
    public void Save(string folder) => AtomicFile.Write(Path.Combine(folder, Name), stream =>
    {
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteString("job", Id);
        writer.WriteNumber("tasks", Tasks);
        writer.WriteString("script", Script);
        writer.WriteEndObject();
    });
}
