using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Phosphene.Atlas.Sweeps;
using Phosphene.Pages.Galleries;

namespace Phosphene.Atlas.Galleries;

/// <summary>What a sweep has made of a unit, as its record tells: an ascent's pictures with their snapshots, or photos.</summary>
/// <param name="Layer">The name of the layer.</param>
/// <param name="Channel">The channel.</param>
/// <param name="Make">What was made, in the sweep's word.</param>
/// <param name="Objective">What was optimised; empty for photos.</param>
/// <param name="Failure">Why the ascent ended early; null if it did not.</param>
/// <param name="Images">The pictures.</param>
/// <param name="Photos">The photos; null for pictures.</param>
internal sealed partial record SweptChannel(string Layer, int Channel, string Make, string Objective, string? Failure, IReadOnlyList<GalleryImage> Images, GalleryPhotos? Photos)
{
    /// <summary>Reads a record; null if it is none, or its files are not there.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="unit">The unit.</param>
    /// <param name="record">The name of the record.</param>
    public static SweptChannel? Read(string folder, string unit, string record)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, record)));
            JsonElement root = document.RootElement;
            if (root.GetProperty("unit").GetString() != unit) return null;
            string[] files = [.. root.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("file").GetString()!)];
            if (files.Length == 0 || files.Any(file => !SweepRecord.IsInside(file) || !File.Exists(Path.Combine(folder, file)))) return null;
            string make = root.GetProperty("make").GetString()!;
            bool isPhotos = root.TryGetProperty("examples", out JsonElement examples);
            return new SweptChannel(root.GetProperty("layer").GetString()!, root.GetProperty("channel").GetInt32(), make, root.TryGetProperty("objective", out JsonElement objective) ? objective.GetString()! : "",
                root.TryGetProperty("failure", out JsonElement failure) ? failure.GetString() : null,
                isPhotos ? [] : ImagesOf(files, [.. root.GetProperty("values").EnumerateArray().Select(Number)]), isPhotos ? PhotosOf(examples, root.GetProperty("summary")) : null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException or ArgumentException)
        {
            return null;
        }
    }

    private static IReadOnlyList<GalleryImage> ImagesOf(string[] files, double?[] values)
    {
        ILookup<string, (int Step, string File)> snapshots = files.Select(file => (Match: Snapshot().Match(file), File: file)).Where(entry => entry.Match.Success)
            .ToLookup(entry => $"{entry.File[..entry.Match.Index]}.png", entry => (int.Parse(entry.Match.Groups[1].ValueSpan, CultureInfo.InvariantCulture), entry.File));
        return [.. files.Where(file => !Snapshot().IsMatch(file)).Select((file, i) => new GalleryImage(file, values[values.Length == 1 ? 0 : Math.Min(i, values.Length - 1)], [.. snapshots[file].OrderBy(snapshot => snapshot.Step)]))];
    }

    private static GalleryPhotos PhotosOf(JsonElement examples, JsonElement summary)
    {
        return new GalleryPhotos(summary.GetProperty("images").GetInt64(), summary.GetProperty("active").GetInt64(),
            [(GalleryPhotos.Lowest, Band("bottom")), ("slightly below 0", Band("slightlyNegative")), ("slightly above 0", Band("slightlyPositive")), (GalleryPhotos.Highest, Band("top"))],
            [.. examples.GetProperty("random").EnumerateArray().Select(Number).OfType<double>()]);

        IReadOnlyList<GalleryPhoto> Band(string name) => [.. examples.GetProperty(name).EnumerateArray().Select(PhotoOf).Where(photo => SweepRecord.IsInside(photo.File))];
    }

    private static GalleryPhoto PhotoOf(JsonElement photo)
    {
        int[] size = Numbers("size"), crop = Numbers("crop");
        (int top, int left) = (Math.Clamp(crop[0], 0, size[0] - 1), Math.Clamp(crop[1], 0, size[1] - 1));
        return new GalleryPhoto(photo.GetProperty("photo").GetString()!, photo.GetProperty("name").GetString()!, Number(photo.GetProperty("value")) ?? double.NaN, (size[0], size[1]),
            (top, left, Math.Clamp(crop[0] + crop[2] - top, 1, size[0] - top), Math.Clamp(crop[1] + crop[3] - left, 1, size[1] - left)));

        int[] Numbers(string name) => [.. photo.GetProperty(name).EnumerateArray().Select(number => number.GetInt32())];
    }

    private static double? Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    [GeneratedRegex(@"-step(\d{1,9})\.png$", RegexOptions.CultureInvariant)]
    private static partial Regex Snapshot();
}
