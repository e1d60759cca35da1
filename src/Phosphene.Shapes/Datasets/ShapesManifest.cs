using System.Text;
using System.Text.Json;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Shapes.Datasets;

/// <summary>What dataset.json in a folder of shapes says: which dataset it is, drawn by which version, and whether all of it is there.</summary>
internal sealed record ShapesManifest(string Version, ulong Seed, int Size, int Channels, int Count, bool Complete)
{
    public const string FileName = "dataset.json";

    private const string Kind = "shapes";

    private static readonly JsonWriterOptions Readable = new() { Indented = true };

    public static ShapesManifest Of(ShapesDataset dataset, bool complete) =>
        new(Provenance.CurrentVersion, dataset.Seed, dataset.Size, dataset.Channels, dataset.Count, complete);

    /// <exception cref="InputFileException">The file does not describe a dataset of shapes.</exception>
    public static ShapesManifest Read(string path)
    {
        try
        {
            return JsonMembers.Read(File.ReadAllText(path), $"'{path}'", Read);
        }
        catch (InputFileException error)
        {
            throw new InputFileException($"{error.Message} It describes no dataset of shapes that can be completed; give a new or an empty folder.", error);
        }
    }

    public string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Readable))
        {
            writer.WriteStartObject();
            writer.WriteString("dataset", Kind);
            writer.WriteString("version", Version);
            writer.WriteNumber("seed", Seed);
            writer.WriteNumber("size", Size);
            writer.WriteNumber("channels", Channels);
            writer.WriteNumber("count", Count);
            writer.WriteStartObject("splits");
            ShapesDataset dataset = Dataset;
            foreach (ShapesSplit split in Enum.GetValues<ShapesSplit>()) writer.WriteNumber(ShapesFolder.NameOf(split), dataset.Split(split).Count);
            writer.WriteEndObject();
            writer.WriteBoolean("complete", Complete);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public override string ToString() => $"{Dataset} (version {Version})";

    private ShapesDataset Dataset => new(Seed, Size, Channels, Count);

    private static ShapesManifest Read(JsonMembers members)
    {
        if (!members.Has("dataset") || members.Text("dataset") != Kind) throw members.Wrong("dataset", $"\"{Kind}\"");
        members.Has("splits");                                       // follow from the count
        return new(
            members.Text("version"),
            members.Seed("seed"),
            members.Integer("size", ShapesDataset.MinimumSize, ShapesDataset.MaximumSize),
            members.Integer("channels", 1, 3) is int channels and not 2 ? channels : throw members.Wrong("channels", "1 or 3"),
            members.Integer("count", 1, ShapesDataset.MaximumCount),
            members.Truth("complete"));
    }
}
