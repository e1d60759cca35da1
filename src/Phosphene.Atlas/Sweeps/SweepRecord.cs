using System.Security.Cryptography;
using System.Text.Json;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Visualization;

namespace Phosphene.Atlas.Sweeps;

/// <summary>What a sweep writes down of a unit once its pictures are there. The same work gives the same bytes: no times, no names of machines.</summary>
/// <param name="Id">The unit.</param>
/// <param name="Values">What the objective reaches on each picture; null where it is not a number. None of dataset examples.</param>
/// <param name="Failure">Why the ascent ended early, or why there is nothing at all, in a sentence; null if all went well.</param>
/// <param name="Files">The pictures, by their names in the folder of the sweep, each with the SHA-256 of its file.</param>
public sealed record SweepRecord(string Id, IReadOnlyList<double?> Values, string? Failure, IReadOnlyList<(string File, string Sha256)> Files)
{
    /// <summary>Reads a record; null if there is none, or it is none of a unit.</summary>
    public static SweepRecord? Read(string path, string id)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            if (root.GetProperty("unit").GetString() != id) return null;
            JsonElement[] values = root.TryGetProperty("values", out JsonElement array) ? [.. array.EnumerateArray()] : [];
            (string File, string)[] files = [.. root.GetProperty("files").EnumerateArray().Select(file => (file.GetProperty("file").GetString()!, file.GetProperty("sha256").GetString()!))];
            if (!files.All(file => IsInside(file.File))) return null;
            return new SweepRecord(id, [.. values.Select(value => value.ValueKind == JsonValueKind.Null ? (double?)null : value.GetDouble())], root.TryGetProperty("failure", out JsonElement failure) ? failure.GetString() : null, files);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a file that a record names is in the folder of the sweep: a record may come from anywhere.</summary>
    internal static bool IsInside(string file) => file.Length > 0 && !Path.IsPathRooted(file) && !file.Split('/', '\\').Contains("..");

    /// <summary>Keeps what came of a unit without snapshots: its pictures, then its record. What is of it in the folder already is replaced.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="model">The model.</param>
    /// <param name="rendering">What came of it.</param>
    /// <exception cref="OutputFileException">A file cannot be written.</exception>
    public static void Keep(string folder, SweepUnit unit, Model model, Rendering rendering)
    {
        ArgumentNullException.ThrowIfNull(unit);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rendering);
        OutputFolder.Create(Path.Combine(folder, SweepUnit.FolderOf(unit.Layer)));
        Write(folder, unit, model, rendering, [.. unit.Files.Where(entry => entry.Step == unit.Recipe.Steps).Select(entry => WritePicture(folder, entry.File, rendering.Pictures[entry.Image]))]);
    }

    /// <summary>Writes a picture with the texts that it carries.</summary>
    /// <returns>Its name, and the SHA-256 of the file.</returns>
    internal static (string File, string Sha256) WritePicture(string folder, string file, Picture picture)
    {
        using var png = new MemoryStream();
        PngWriter.Write(png, picture, picture.Texts);
        byte[] bytes = png.ToArray();
        AtomicFile.Write(Path.Combine(folder, file), stream => stream.Write(bytes));
        return (file, Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    internal static void Write(string folder, SweepUnit unit, Model model, Rendering rendering, IReadOnlyList<(string File, string Sha256)> files) => Write(folder, unit, model, writer =>
    {
        writer.WriteString("objective", $"{unit.Objective}");
        writer.WriteNumber("step", rendering.Steps);
        writer.WriteStartArray("values");
        foreach (Provenance provenance in rendering.Provenances)
            if (provenance.Value is { } value) writer.WriteNumberValue(value);
            else writer.WriteNullValue();
        writer.WriteEndArray();
        writer.WriteString("failure", rendering.Divergence?.Message);
    }, files);

    /// <summary>Of a unit of which there is nothing.</summary>
    internal static void WriteFailure(string folder, SweepUnit unit, Model model, string failure) => Write(folder, unit, model, writer => writer.WriteString("failure", failure), []);

    internal static void Write(string folder, SweepUnit unit, Model model, Action<Utf8JsonWriter> content, IReadOnlyList<(string File, string Sha256)> files) =>
        AtomicFile.Write(Path.Combine(folder, unit.RecordName), stream =>
        {
            using var writer = new Utf8JsonWriter(stream);
            writer.WriteStartObject();
            writer.WriteString("unit", unit.Id);
            writer.WriteString("model", model.Sha256);
            writer.WriteString("layer", unit.Layer.Name);
            writer.WriteNumber("channel", unit.Channel);
            writer.WriteString("make", unit.Make.Text());
            content(writer);
            writer.WriteStartArray("files");
            foreach ((string file, string sha256) in files)
            {
                writer.WriteStartObject();
                writer.WriteString("file", file);
                writer.WriteString("sha256", sha256);
                writer.WriteEndObject();
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    /// <summary>Whether there is nothing of the unit because it failed, for a reason that may be gone the next time: then it is tried again.</summary>
    public bool HasNothing => Failure is not null && Files.Count == 0;

    /// <summary>The record of a unit that has ended; null if it has not: it has none, or not all of its pictures are there.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="verify">Whether the pictures are read and held against the hashes of the record, and not only looked for.</param>
    public static SweepRecord? OfEnded(string folder, SweepUnit unit, bool verify = false)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return Read(Path.Combine(folder, unit.RecordName), unit.Id) is { } record && !record.Damaged(folder, verify).Any() ? record : null;
    }

    /// <summary>The record of a unit that is done: that has ended, and of which there is something; null if it is not.</summary>
    /// <inheritdoc cref="OfEnded"/>
    public static SweepRecord? OfDone(string folder, SweepUnit unit, bool verify = false) => OfEnded(folder, unit, verify) is { HasNothing: false } record ? record : null;

    /// <summary>Whether a unit is done.</summary>
    /// <inheritdoc cref="OfDone"/>
    public static bool IsDone(string folder, SweepUnit unit, bool verify = false) => OfDone(folder, unit, verify) is not null;

    /// <summary>The pictures that are not there.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="verify">Whether those count, too, that are not what was written.</param>
    public IEnumerable<string> Damaged(string folder, bool verify = false) =>
        Files.Where(entry => Path.Combine(folder, entry.File) is var path && (!File.Exists(path) || verify && HashOf(path) != entry.Sha256)).Select(entry => entry.File);

    private static string HashOf(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
