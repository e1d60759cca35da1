using System.Text.Json;
using Phosphene.Evidence.Weights;
using Phosphene.Models;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Networks;

/// <summary>
/// What a gallery tells of a network besides its pictures, so that it needs the model no more: its layers, what they are made of, what a position sees, and which channels the weights join. The same model and layers give the same bytes.
/// </summary>
/// <param name="Model">The SHA-256 of the model's file.</param>
/// <param name="Layers">The layers, in the order of the network.</param>
/// <param name="Labels">The names of the classes; empty without labels.</param>
public sealed record NetworkMap(string Model, IReadOnlyList<MappedLayer> Layers, IReadOnlyList<string> Labels)
{
    // Weights above 0 and below, and similar channels, of each channel.
    private const int Most = 5;

    /// <summary>The map of some layers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layers">The layers, [N, C, H, W] or [N, C].</param>
    /// <param name="height">The height of the image in pixels.</param>
    /// <param name="width">Its width.</param>
    /// <exception cref="UsageException">There is no such layer.</exception>
    public static NetworkMap Of(Model model, IReadOnlyList<Layer> layers, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        string logits = model.LogitsLayer;
        return new NetworkMap(model.Sha256, [.. LayerConnections.Of(model, layers, Most, height, width).Select(layer => MappedLayer.Of(layer, ReceptiveField.Of(model, layer.Layer, height, width), model.Aliases.Resolve(layer.Layer.Name) == logits))],
            [.. LabelsOf(model)]);
    }

    /// <summary>Whether the map is that of some layers of a model.</summary>
    /// <inheritdoc cref="Of"/>
    public bool IsOf(Model model, IReadOnlyList<Layer> layers, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        return Model == model.Sha256 && Layers.Select(layer => layer.Name).SequenceEqual(layers.Select(layer => layer.Name)) && Layers.All(layer => layer.Image is [var rows, var columns] && (rows, columns) == (height, width)) && Labels.SequenceEqual(LabelsOf(model));
    }

    /// <summary>Writes the map as JSON.</summary>
    public void Write(Stream stream) => JsonSerializer.Serialize(stream, this, NetworkMapJson.Default.NetworkMap);

    private static IEnumerable<string> LabelsOf(Model model) => Enumerable.Range(0, model.Labels.Count).Select(label => model.Labels[label]);

    /// <summary>Reads a map.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputFileException">It is missing, or no map.</exception>
    public static NetworkMap Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            NetworkMap map = JsonSerializer.Deserialize(stream, NetworkMapJson.Default.NetworkMap) ?? throw new JsonException("It is null.");
            // What a record cannot be without may still be missing in a file.
            return map is { Model: not null, Layers: not null, Labels: not null } && map.Layers.All(layer => layer is { IsWhole: true }) ? map : throw new JsonException("A layer is not whole.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"'{path}' is missing; run the same sweep again: it writes the map of the network, and what is done stays.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"'{path}' cannot be read: {error.Message} See that it may be read, and run the same command again.", error);
        }
        catch (JsonException error)
        {
            throw new InputFileException($"'{path}' is damaged: {error.Message} Run the same sweep again: it writes the map anew, and what is done stays.", error);
        }
    }
}
