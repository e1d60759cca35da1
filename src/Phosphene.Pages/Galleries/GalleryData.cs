using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Phosphene.Pages.Galleries;

/// <summary>What the scripts of a gallery read: files that assign to one global name, since pages from a disk may load scripts and fetch nothing.</summary>
internal static class GalleryData
{
    private const string Global = "window.phosphene = window.phosphene || {};\n";

    /// <summary>All units: where they are, and what they are called.</summary>
    public static string Units(GalleryNetwork network, Places places) => Assign("layers", writer =>
    {
        writer.WriteStartArray();
        for (int number = 0; number < network.Layers.Count; number++)
        {
            GalleryLayer layer = network.Layers[number];
            if (layer.Units.Count == 0) continue;
            writer.WriteStartObject();
            writer.WriteString("name", places.NameOf(number));
            writer.WriteString("full", layer.Name);
            writer.WriteString("stem", places.StemOf(number));
            (int height, int width) = Sprites.TileOf(layer.Units[0].Main.Height, layer.Units[0].Main.Width);
            writer.WriteString("aspect", FormattableString.Invariant($"{width}/{height}"));
            writer.WriteStartArray("channels");
            foreach (GalleryUnit unit in layer.Units) writer.WriteNumberValue(unit.Channel);
            writer.WriteEndArray();
            writer.WriteStartObject("labels");
            foreach ((GalleryUnit unit, int place) in layer.Units.Select((unit, place) => (unit, place)).Where(entry => entry.unit.Label is not null || entry.unit.Concerns.Count > 0))
                writer.WriteString(place.ToString(CultureInfo.InvariantCulture), string.Join(", ", unit.Concerns.Prepend(unit.Label).Where(word => !string.IsNullOrEmpty(word))));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    });

    /// <summary>How all units look, in the order of <see cref="Units"/>: <see cref="Looks.Length"/> bytes each, 128 for 0 and 127 steps to 1.</summary>
    public static string Look(IReadOnlyList<float[][]> looks)
    {
        byte[] bytes = [.. looks.SelectMany(layer => layer).SelectMany(look => look).Select(value => (byte)Math.Clamp(Math.Round(128 + 127 * value), 0, 255))];
        return Assign("looks", writer => writer.WriteBase64StringValue(bytes));
    }

    /// <summary>The questions of the quiz.</summary>
    public static string Questions(GalleryNetwork network, IReadOnlyList<(int Layer, GalleryUnit Unit)> questions, Places places) => Assign("questions", writer =>
    {
        writer.WriteStartArray();
        foreach ((int layer, GalleryUnit unit) in questions)
        {
            writer.WriteStartObject();
            writer.WriteString("unit", $"{network.Layers[layer].Name}:{unit.Channel}");
            writer.WriteString("page", places.PageOf(layer, unit.Channel));
            Strings("pictures", QuizPage.PicturesOf(unit));
            Strings("high", QuizPage.HighOf(unit));
            Strings("low", QuizPage.LowOf(unit));
            writer.WriteEndObject();

            void Strings(string name, IEnumerable<string> values)
            {
                writer.WriteStartArray(name);
                foreach (string value in values) writer.WriteStringValue(value);
                writer.WriteEndArray();
            }
        }
        writer.WriteEndArray();
    });

    private static string Assign(string name, Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream)) write(writer);
        return $"{Global}window.phosphene.{name} = {Encoding.UTF8.GetString(stream.ToArray())};\n";
    }
}
