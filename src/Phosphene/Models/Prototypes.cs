using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>
/// What photos of a kind have in some layers: of each channel its activations in ascending order, averaged over the photos place by place. A file of them (.safetensors, type F32) has for each layer an array
/// values/LAYER [C, P], rising along P; if channels count differently relevance/LAYER [C]; and images [1], how many photos there were.
/// </summary>
public sealed class Prototypes
{
    /// <summary>What errors call a file of them.</summary>
    internal const string Kind = "Prototypes";

    private const string Values = "values/", Relevance = "relevance/", Count = "images";

    /// <summary>Prototypes of layers.</summary>
    /// <param name="layers">The layers, at least one, each once.</param>
    /// <param name="images">How many photos they are of, at least 1.</param>
    /// <exception cref="ArgumentException">There is no layer, or one stands twice.</exception>
    public Prototypes(IReadOnlyList<LayerPrototype> layers, int images)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentOutOfRangeException.ThrowIfLessThan(images, 1);
        if (layers.Count == 0) throw new ArgumentException("Prototypes are of layers; there is none.", nameof(layers));
        if (layers.GroupBy(layer => layer.Layer).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new ArgumentException($"Layer '{twice.Key}' stands twice.", nameof(layers));
        (Layers, Images) = (layers, images);
    }

    /// <summary>The layers, in the order that they were given in.</summary>
    public IReadOnlyList<LayerPrototype> Layers { get; }

    /// <summary>How many photos they are of.</summary>
    public int Images { get; }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written; the message says why.</exception>
    public void Save(string path)
    {
        var arrays = new List<(string, Shape, ReadOnlyMemory<float>)> { (Count, new Shape(1), new float[] { Images }) };
        foreach (LayerPrototype layer in Layers)
        {
            arrays.Add((Values + layer.Layer, layer.Shape, layer.Values.ToArray()));
            if (layer.Relevance is { } relevance) arrays.Add((Relevance + layer.Layer, new Shape(layer.Shape[0]), relevance.ToArray()));
        }
        SafetensorsFile.Write(path, arrays);
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="InputFileException">It has no prototypes; the message says what is wrong.</exception>
    /// <exception cref="InvalidDataException">It is no .safetensors file, or damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public static Prototypes Read(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Shapes.TryGetValue(Count, out Shape? single) || single != new Shape(1)) throw Error($"it has no array '{Count}' [1]");
        float images = file.Read(Count)[0];
        if (!(images >= 1 && images <= 1 << 24 && images == MathF.Floor(images))) throw Error($"it is of {images} images, where a whole number from 1 is expected");
        try
        {
            return new Prototypes([.. file.Shapes.Keys.Where(name => name.StartsWith(Values, StringComparison.Ordinal)).Select(name => name[Values.Length..])
                .Select(layer => new LayerPrototype(layer, file.Shapes[Values + layer], file.Read(Values + layer), file.Shapes.ContainsKey(Relevance + layer) ? file.Read(Relevance + layer) : null))], (int)images);
        }
        catch (ArgumentException error)
        {
            throw Error(error.Message.Split(" (Parameter", 2)[0].TrimEnd('.'));
        }

        InputFileException Error(string what) => new($"Prototypes '{path}' cannot be used: {what}; give a file that 'phosphene prototypes' wrote.");
    }
}
