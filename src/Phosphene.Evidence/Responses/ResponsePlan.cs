using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Responses;

/// <summary>Some layers of a model, and its classes, on one image after another, in one forward pass each. It is compiled once.</summary>
public sealed class ResponsePlan : IDisposable
{
    private readonly Model _model;
    private readonly Tensor _colours;
    private readonly (string Name, Tensor Tensor)[] _layers;
    private readonly Tensor? _probabilities;
    private readonly Plan _plan;

    /// <summary>Compiles the pass.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="layers">The layers, [N, C, H, W] or [N, C].</param>
    /// <param name="withClasses">Whether the probabilities of the classes are computed too; those of a model without classes are none.</param>
    /// <exception cref="UsageException">There is no such layer, one has no channels, or the model takes neither grey images nor colours.</exception>
    public ResponsePlan(Model model, IReadOnlyList<Layer> layers, bool withClasses = true)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(layers);
        _model = model;
        (int height, int width) = model.UsualSize;
        _colours = new Tensor(new Input(new Shape(1, 3, height, width), "picture"));
        Activations activations = model.Activate(model.Input.FromColours(_colours));
        _layers = [.. layers.Select(layer => (layer.Name, WithChannels(layer, activations[layer])))];
        if (withClasses && activations[model.LogitsLayer] is { Shape: { Rank: >= 2 } shape } logits && shape.Count == shape.Batch * shape.Channels) _probabilities = logits.Softmax(1);
        _plan = model.Backend.Compile([.. _layers.Select(layer => layer.Tensor), .. _probabilities is null ? [] : new[] { _probabilities }]);
    }

    /// <summary>What the model gives for a picture, brought to its size as <see cref="Picture.Cover"/> does.</summary>
    public ImageResponse Of(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        picture.Cover(_model.UsualSize.Height, _model.UsualSize.Width).ToPlanar(_plan.Input(_colours));
        _plan.Run();
        return new ImageResponse([.. _layers.Select(layer => Response(layer.Name, layer.Tensor.Shape, _plan.Output(layer.Tensor)))], _probabilities is null ? [] : _plan.Output(_probabilities).ToArray());
    }

    private static LayerResponse Response(string name, Shape shape, ReadOnlySpan<float> values) => new(name, shape.Channels, shape.Rank == 4 ? shape.Height : 1, shape.Rank == 4 ? shape.Width : 1, values);

    private static Tensor WithChannels(Layer layer, Tensor tensor) => tensor.Shape.Rank is 2 or 4 ? tensor
        : throw new UsageException($"Layer '{layer.Name}' is {tensor.Shape}, in which no dimension is known to be its channels; choose a layer [N, channels, height, width] or [N, channels].");

    /// <inheritdoc/>
    public void Dispose() => _plan.Dispose();
}
