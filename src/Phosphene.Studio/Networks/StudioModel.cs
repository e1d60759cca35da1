using Phosphene.Evidence.Diagnoses;
using Phosphene.Evidence.Weights;
using Phosphene.Models;
using Phosphene.Pages.Galleries;
using Phosphene.Runtime.Onnx;
using Phosphene.Syntax;

namespace Phosphene.Studio.Networks;

/// <summary>A model of the studio: known by its name from the start, opened when it is first asked for. What computes with it runs on the scheduler's thread.</summary>
/// <param name="name">What pages and links call it: that of its file.</param>
/// <param name="path">Its file.</param>
/// <param name="options">How it is opened.</param>
internal sealed class StudioModel(string name, string path, ModelOptions options) : IDisposable
{
    private readonly Lock _lock = new();
    private Model? _model;
    private IReadOnlyList<StudioLayer>? _layers;

    public string Name { get; } = name;

    /// <summary>Its file, or a name such as "embedded:shapes", as commands have it.</summary>
    public string Path { get; } = path;

    /// <summary>How it is opened.</summary>
    public ModelOptions Options { get; } = options;

    /// <summary>The model, opened.</summary>
    /// <exception cref="ModelFormatException">It cannot be read or used.</exception>
    /// <exception cref="InputFileException">Its sidecar or its labels cannot be used.</exception>
    public Model Open()
    {
        lock (_lock) return _model ??= Model.Load(Path, Options);
    }

    /// <summary>The layers that are worth looking at, in the order of the network, and which leads to which.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public IReadOnlyList<StudioLayer> Layers()
    {
        Model model = Open();
        lock (_lock)
        {
            if (_layers is not null) return _layers;
            IReadOnlyList<Layer> layers = ActivationLayers.WithClasses(model);
            string[] titles = Places.Short([.. layers.Select(layer => layer.Name)]);
            return _layers = [.. LayerConnections.Ways(model, layers).Select((way, i) => new StudioLayer(
                layers[i].Name, titles[i], model.LayerName(layers[i].Name) == model.LogitsLayer, way.Shape.Channels, way.Shape.Rank == 4 ? way.Shape[2] : 1, way.Shape.Rank == 4 ? way.Shape[3] : 1, way.Sources))];
        }
    }

    public void Dispose() => _model?.Dispose();
}

/// <summary>A layer of a model, as the map of the studio shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">Its name where there is little room.</param>
/// <param name="IsClasses">Whether its channels are the classes.</param>
/// <param name="Channels">How many channels it has.</param>
/// <param name="Height">Its rows of positions at the model's usual size; 1 if it has none.</param>
/// <param name="Width">Its columns.</param>
/// <param name="Sources">The layers that it is made of, by their places in the list.</param>
internal sealed record StudioLayer(string Name, string Title, bool IsClasses, int Channels, int Height, int Width, IReadOnlyList<int> Sources);
