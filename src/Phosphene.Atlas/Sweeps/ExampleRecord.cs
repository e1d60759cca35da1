using System.Text.Json;
using Phosphene.Evidence.Examples;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Files;

namespace Phosphene.Atlas.Sweeps;

/// <summary>A photo that was written.</summary>
/// <param name="File">Its name in the folder of the sweep.</param>
/// <param name="Sha256">The SHA-256 of the file.</param>
/// <param name="Original">Its size in the dataset.</param>
/// <param name="Size">Its size as it was written.</param>
internal sealed record ExamplePhoto(string File, string Sha256, ImageSize Original, ImageSize Size)
{
    /// <summary>A part of the photo as it is in the dataset, in pixels of the one that was written: at least one.</summary>
    public (int Top, int Left, int Height, int Width) Part((int Top, int Left, int Height, int Width) part)
    {
        (int top, int height) = Scaled(part.Top, part.Height, Original.Height, Size.Height);
        (int left, int width) = Scaled(part.Left, part.Width, Original.Width, Size.Width);
        return (top, left, height, width);
    }

    private static (int First, int Count) Scaled(int first, int count, int from, int to)
    {
        int begin = Math.Min((int)Math.Round((double)first * to / from), to - 1);
        return (begin, Math.Max(1, (int)Math.Round((double)(first + count) * to / from) - begin));
    }
}

/// <summary>An example in a record.</summary>
/// <param name="Example">What the index says.</param>
/// <param name="Photo">The photo.</param>
internal sealed record ExampleEntry(UnitExample Example, ExamplePhoto Photo);

/// <summary>The record of a channel's dataset examples: docs/sweeps.md has its fields. What is no finite number is null.</summary>
internal static class ExampleRecord
{
    /// <summary>Writes the record.</summary>
    /// <param name="folder">The folder of the sweep.</param>
    /// <param name="unit">What is made of the channel.</param>
    /// <param name="model">The model.</param>
    /// <param name="summary">What the channel gives over all images.</param>
    /// <param name="kinds">The examples by kind, the first one first.</param>
    /// <param name="random">What it gives on images that were drawn by chance, averaged over positions, in ascending order.</param>
    public static void Write(string folder, SweepUnit unit, Model model, UnitSummary summary, IReadOnlyList<(string Name, ExampleEntry[] Entries)> kinds, IReadOnlyList<float> random) =>
        SweepRecord.Write(folder, unit, model, writer =>
        {
            writer.WriteStartObject("summary");
            writer.WriteNumber("images", summary.Images);
            Number(writer, "highest", summary.Highest);
            Number(writer, "lowest", summary.Lowest);
            Number(writer, "mean", summary.Mean);
            Number(writer, "maximumMean", summary.MaximumMean);
            Number(writer, "maximumDeviation", summary.MaximumDeviation);
            writer.WriteNumber("active", summary.Active);
            writer.WriteNumber("everywhere", summary.Everywhere);
            writer.WriteEndObject();
            writer.WriteStartObject("examples");
            foreach ((string name, ExampleEntry[] entries) in kinds)
            {
                writer.WriteStartArray(name);
                foreach (ExampleEntry entry in entries) Write(writer, entry);
                writer.WriteEndArray();
            }
            writer.WriteStartArray("random");
            foreach (float value in random) Number(writer, value);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }, [.. kinds.SelectMany(kind => kind.Entries).Select(entry => (entry.Photo.File, entry.Photo.Sha256)).Distinct()]);

    private static void Write(Utf8JsonWriter writer, ExampleEntry entry)
    {
        (UnitExample example, ExamplePhoto photo) = (entry.Example, entry.Photo);
        (int top, int left, int height, int width) = photo.Part(example.Crop);
        writer.WriteStartObject();
        writer.WriteString("photo", photo.File);
        writer.WriteString("name", example.File);
        Number(writer, "value", example.Value);
        Number(writer, "mean", example.Mean);
        writer.WriteNumber("y", example.Y);
        writer.WriteNumber("x", example.X);
        Numbers(writer, "crop", top, left, height, width);
        Numbers(writer, "size", photo.Size.Height, photo.Size.Width);
        writer.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter writer, string name, params ReadOnlySpan<int> numbers)
    {
        writer.WriteStartArray(name);
        foreach (int number in numbers) writer.WriteNumberValue(number);
        writer.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter writer, string name, float value)
    {
        writer.WritePropertyName(name);
        Number(writer, value);
    }

    private static void Number(Utf8JsonWriter writer, string name, double value)
    {
        writer.WritePropertyName(name);
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteNullValue();
    }

    private static void Number(Utf8JsonWriter writer, float value)
    {
        if (float.IsFinite(value)) writer.WriteNumberValue(value);
        else writer.WriteNullValue();
    }
}
