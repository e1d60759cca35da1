using System.Globalization;
using Phosphene.Evidence.Datasets;
using Phosphene.Evidence.Examples;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Pages;

namespace Phosphene.Cli;

/// <summary>Units as the parts of images that they see, from the images on which they are lowest to those on which they are highest: as a page, or as one picture.</summary>
/// <param name="model">The model.</param>
/// <param name="index">The examples.</param>
/// <param name="units">The units; they are in the index.</param>
/// <param name="images">The images that the index is of.</param>
internal sealed class ExamplesPage(Model model, ExampleIndex index, IReadOnlyList<UnitChoice> units, Dataset images)
{
    /// <summary>The most units that are shown.</summary>
    public const int Most = 64;

    // Pixels of a part on the page and in the picture, how many are shown in a row, and the grey around a part that is no square.
    private const int PageSide = 96, SheetSide = 56, PageColumns = 8, SheetColumns = 7;
    private const byte Outside = 128;

    private static readonly (string Heading, ExampleKind Kind)[] s_rows =
        [("lowest", ExampleKind.Bottom), ("slightly negative", ExampleKind.SlightlyNegative), ("slightly positive", ExampleKind.SlightlyPositive), ("by chance, sorted", ExampleKind.Random), ("highest", ExampleKind.Top)];

    private IEnumerable<(Layer Layer, int Channel)> Units => units.SelectMany(choice =>
        (choice.Channels.IsEmpty ? Enumerable.Range(0, model.LayerShape(choice.Layer)!.Channels) : choice.Channels).Select(channel => (choice.Layer, channel)));

    /// <summary>Writes the page.</summary>
    public void Save(string path)
    {
        var page = new HtmlPage($"What excites units of {Path.GetFileNameWithoutExtension(model.Path)}",
            $"Parts of {index.About["images"].Split(',')[0]}, each as large as what the unit sees from where it is lowest or highest. What the parts of a row have in common is what to look for; what one picture alone shows may be chance.");
        foreach ((Layer layer, int channel) in Units)
        {
            UnitSummary summary = index.SummaryOf(layer, channel);
            var rows = new List<(string, IReadOnlyList<Figure?>)>();
            foreach ((string heading, ExampleKind kind) in s_rows)
            {
                UnitExample[] examples = Spread(index.Of(layer, channel, kind), PageColumns, whole: kind == ExampleKind.Random);
                if (examples.Length == 0) continue;
                rows.Add((heading, [.. Enumerable.Range(0, PageColumns).Select(i => i < examples.Length && Part(examples[i], PageSide) is { } part ? new Figure(part, Number(examples[i].Value)) : null)]));
            }
            page.Section($"{layer}:{channel}")
                .Text(string.Create(CultureInfo.InvariantCulture, $"From {summary.Lowest:G4} to {summary.Highest:G4}; above 0 on {summary.Active} of {summary.Images} images."))
                .Comparison("", [.. Enumerable.Range(1, PageColumns).Select(i => i.ToString(CultureInfo.InvariantCulture))], rows);
        }
        page.Save(path);
    }

    /// <summary>One picture: of each unit a row of what excites it most.</summary>
    public Picture Sheet()
    {
        var parts = new List<Picture>();
        var captions = new List<string>();
        Picture none = Plain(SheetSide);
        foreach ((Layer layer, int channel) in Units)
        {
            IReadOnlyList<UnitExample> top = index.Of(layer, channel, ExampleKind.Top);
            for (int i = 0; i < SheetColumns; i++)
            {
                parts.Add(i < top.Count ? Part(top[i], SheetSide) ?? none : none);
                captions.Add(i == 0 ? string.Create(CultureInfo.InvariantCulture, $"{layer}:{channel}") : "");
            }
        }
        return new Layout(SheetColumns) { Captions = [.. captions] }.Of(parts);
    }

    private static string Number(float value) => value.ToString("G3", CultureInfo.InvariantCulture);

    // As many as there is room for: the first ones, or some of the whole range.
    private static UnitExample[] Spread(IReadOnlyList<UnitExample> all, int room, bool whole) =>
        !whole || all.Count <= room ? [.. all.Take(room)] : [.. Enumerable.Range(0, room).Select(i => all[i * (all.Count - 1) / (room - 1)])];

    // What the unit sees, in a square. Null where the image is gone.
    private Picture? Part(UnitExample example, int side)
    {
        if (Read(example.File) is not { } picture) return null;
        (int top, int left, int height, int width) = example.Crop;
        if (top + height > picture.Height || left + width > picture.Width) return null;
        Picture part = picture.Crop(top, left, height, width).Resize(Share(height), Share(width));
        if (part.Height == side && part.Width == side && part.Channels == 3) return part;
        var bytes = new byte[side * side * 3];
        bytes.AsSpan().Fill(Outside);
        for (int y = 0; y < part.Height; y++)
            for (int x = 0; x < part.Width; x++)
                for (int c = 0; c < 3; c++)
                    bytes[((y + (side - part.Height) / 2) * side + x + (side - part.Width) / 2) * 3 + c] = part.Row(y)[x * part.Channels + (part.Channels == 1 ? 0 : c)];
        return new Picture(side, side, 3, bytes);

        // A square whose sides were rounded differently is one still.
        int Share(int extent) => Math.Max(height, width) - extent <= 1 ? side : Math.Max(1, (int)Math.Round((double)side * extent / Math.Max(height, width)));
    }

    private static Picture Plain(int side) => new(side, side, 3, [.. Enumerable.Repeat(Outside, side * side * 3)]);

    private Picture? Read(string file)
    {
        try
        {
            return images.Read(file);
        }
        catch (Exception error) when (error is ImageFormatException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
