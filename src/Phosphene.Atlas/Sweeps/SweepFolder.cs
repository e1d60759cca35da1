using System.Text.Json;
using Phosphene.Atlas.Networks;
using Phosphene.Models;
using Phosphene.Recipes;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Sweeps;

/// <summary>What a folder tells of the sweep in it, beside the units themselves: sweep.json, units.jsonl with a line for each unit, and network.json, the map of the network.</summary>
internal static class SweepFolder
{
    private const string PlanName = "sweep.json", UnitsName = "units.jsonl", MapName = "network.json";

    /// <summary>
    /// Writes down what the sweep of a folder makes: sweep.json, and units.jsonl with a line for each unit. The same plan gives the same bytes. A plan that is there already is replaced: what was done stays, and what both
    /// have is not made again.
    /// </summary>
    /// <exception cref="UsageException">The folder has a sweep of another model.</exception>
    /// <exception cref="OutputFileException">The folder cannot be written to.</exception>
    public static void Write(SweepPlan plan, string folder)
    {
        OutputFolder.Create(folder);
        string path = Path.Combine(folder, PlanName);
        // A plan that is damaged is written anew, as one that is missing.
        if (File.Exists(path) && Told(path, out _) is var (file, sha256, _, _, _) && sha256 != plan.Model.Sha256)
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
        WriteMap(plan, Path.Combine(folder, MapName));
    }

    /// <summary>The map of the network of a sweep.</summary>
    /// <exception cref="InputFileException">It is missing or damaged.</exception>
    public static NetworkMap MapOf(string folder) => NetworkMap.Read(Path.Combine(folder, MapName));

    // Worked out only where it is not there: it takes seconds.
    private static void WriteMap(SweepPlan plan, string path)
    {
        Layer[] layers = [.. plan.Units.Select(unit => unit.Layer).Distinct()];
        (int height, int width) = (plan.Recipe.Height!.Value, plan.Recipe.Width!.Value);
        if (Known() is { } known && known.IsOf(plan.Model, layers, height, width)) return;
        var map = NetworkMap.Of(plan.Model, layers, height, width);
        AtomicFile.Write(path, map.Write);

        NetworkMap? Known()
        {
            try
            {
                return NetworkMap.Read(path);
            }
            catch (InputFileException)
            {
                return null;
            }
        }
    }

    /// <summary>What a plan tells.</summary>
    /// <exception cref="InputFileException">The folder has no sweep, or its plan is damaged.</exception>
    public static SweepTold PlanOf(string folder)
    {
        string path = Path.Combine(folder, PlanName);
        if (!File.Exists(path)) throw new InputFileException($"'{folder}' has no sweep (no {PlanName}); give the folder that 'phosphene sweep MODEL -o DIR' writes to.");
        return Told(path, out string? fault) ?? throw IsDamaged(path, fault);
    }

    // What the plan tells; null if it is damaged.
    private static SweepTold? Told(string path, out string? fault)
    {
        fault = null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement, model = root.GetProperty("model");
            var recipe = Recipe.FromJson(root.GetProperty("recipe").GetRawText());
            if (recipe.Height is null || recipe.Width is null) throw new JsonException("The recipe has no size.");
            return new SweepTold(Text(model, "file"), Text(model, "sha256"), Preprocessing.Parse(Text(root, "preprocessing")), recipe, root.GetProperty("units").GetInt32());
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or InputFileException or UsageException or TextFormatException)
        {
            fault = e.Message;
            return null;
        }
    }

    /// <summary>The units of a plan, each with the name of its record.</summary>
    /// <exception cref="InputFileException">The list is missing or damaged.</exception>
    public static IEnumerable<(string Id, string Record)> UnitsOf(string folder)
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
        WriteIfNew(path, content.ToArray());
    }

    /// <summary>Writes a file, unless it has these bytes already.</summary>
    /// <exception cref="OutputFileException">It cannot be written.</exception>
    public static void WriteIfNew(string path, byte[] bytes)
    {
        if (!File.Exists(path) || !File.ReadAllBytes(path).AsSpan().SequenceEqual(bytes)) AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
