using System.Globalization;
using System.Text.Json;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Galleries;

/// <summary>What other commands found out about units, from the JSON that they print: <c>phosphene diagnose --json</c>, <c>stability --json</c> and <c>paths --json</c>.</summary>
public sealed class GalleryFindings
{
    private readonly Dictionary<string, List<string>> _concerns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(string Name, string Value)>> _findings = new(StringComparer.Ordinal);

    /// <summary>Reads what there is.</summary>
    /// <param name="diagnosis">What <c>diagnose</c> printed; null for none.</param>
    /// <param name="stability">What <c>stability</c> printed; null for none.</param>
    /// <param name="paths">What <c>paths</c> printed; null for none.</param>
    /// <exception cref="InputFileException">A file cannot be read, or is not what the command prints.</exception>
    public static GalleryFindings Read(string? diagnosis = null, string? stability = null, string? paths = null)
    {
        var findings = new GalleryFindings();
        Open(diagnosis, "diagnose", root =>
        {
            foreach (JsonElement layer in root.GetProperty("layers").EnumerateArray())
                foreach (JsonElement channel in layer.GetProperty("channels").EnumerateArray())
                    foreach (JsonElement concern in channel.GetProperty("concerns").EnumerateArray())
                        Add(findings._concerns, string.Create(CultureInfo.InvariantCulture, $"{layer.GetProperty("layer").GetString()}:{channel.GetProperty("channel").GetInt32()}"), concern.GetProperty("concern").GetString()!);
        });
        Open(stability, "stability", root =>
        {
            foreach (JsonElement unit in root.GetProperty("units").EnumerateArray())
            {
                string objective = unit.GetProperty("objective").GetString()!;
                if (Number(unit, "same") is { } same) Add(findings._findings, objective, ("recurs", same));
                if (unit.TryGetProperty("facets", out JsonElement facets) && facets.GetArrayLength() > 1) Add(findings._findings, objective, ("facets", facets.GetArrayLength().ToString(CultureInfo.InvariantCulture)));
            }
        });
        Open(paths, "paths", root =>
        {
            foreach (JsonElement unit in root.GetProperty("units").EnumerateArray())
                if (Number(unit, "similarity") is { } similarity) Add(findings._findings, unit.GetProperty("unit").GetString()!, ("natural path", similarity));
        });
        return findings;
    }

    /// <summary>What to be careful with of a unit, by its objective.</summary>
    internal IReadOnlyList<string> ConcernsOf(string objective) => _concerns.GetValueOrDefault(objective) ?? [];

    /// <summary>What else is known of it.</summary>
    internal IReadOnlyList<(string Name, string Value)> Of(string objective) => _findings.GetValueOrDefault(objective) ?? [];

    private static void Add<T>(Dictionary<string, List<T>> all, string unit, T value)
    {
        if (!all.TryGetValue(unit, out List<T>? own)) all.Add(unit, own = []);
        own.Add(value);
    }

    private static string? Number(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble().ToString("0.00", CultureInfo.InvariantCulture) : null;

    private static void Open(string? path, string command, Action<JsonElement> read)
    {
        if (path is null) return;
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            read(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputFileException($"'{path}' is not what 'phosphene {command} --json' prints: {error.Message}", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"'{path}' cannot be read: {error.Message} Give a file with what 'phosphene {command} --json' prints.", error);
        }
    }
}
