using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>The attribution of an objective on images to a layer as a graph, for as many images as one likes. Source: gradient times activation, Olah et al. 2018.</summary>
/// <param name="Layer">The layer, by its name or alias.</param>
/// <param name="Values">The objective on each image: [N].</param>
/// <param name="Activations">What the layer has: [N, C, H, W] or [N, C].</param>
/// <param name="Contributions">Each activation times the gradient of its image's objective in it, in the same shape.</param>
public sealed record AttributionGraph(string Layer, Tensor Values, Tensor Activations, Tensor Contributions)
{
    /// <summary>The graph for images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">The images as the model has them, [N, C, H, W] in [0, 1].</param>
    /// <param name="objective">The objective.</param>
    /// <param name="layer">The layer, by its name or alias; by default the last one with several positions that the objective depends on.</param>
    /// <exception cref="UsageException">The objective does not depend on the layer, is one number for several images, or something does not fit.</exception>
    public static AttributionGraph Of(Model model, Tensor image, Objective objective, string? layer = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(objective);
        LayerSource source = model.LayersOf(image);
        Tensor values = objective.Build(new Activations(source, image));
        if (values.Shape.Count != image.Shape.Batch) throw new UsageException($"The objective '{objective}' is one number for all images of a batch, so no image has a value of its own; choose one that looks at each image.");

        var needed = new HashSet<Tensor>(Tensor.InOrder([values]), ReferenceEqualityComparer.Instance);
        layer ??= LastWithPositions(model, source, needed)
            ?? throw new UsageException($"The objective '{objective}' depends on no layer with positions; name a layer.");
        Tensor raw = source.Raw(layer);
        if (!needed.Contains(raw)) throw new UsageException($"The objective '{objective}' does not depend on layer '{layer}', so nothing of it is due to that layer; choose a layer before those that it reads.");
        // Each value depends on its own image alone, so the gradient of their sum has the gradients of all of them.
        Tensor activations = source.Arranged(raw), contributions = source.Arranged(raw * Gradients.Of(values.Sum(), [raw])[0]);
        return activations.Shape.Rank is 2 or 4
            ? new AttributionGraph(layer, values, activations, contributions)
            : throw new UsageException($"Layer '{layer}' has the shape {activations.Shape}, in which no dimension is known to be its channels; choose a layer [N, channels, height, width] or [N, channels].");
    }

    /// <summary>The gradients of an objective in the images and in each layer with several positions that it depends on, as objectives see layers: [N, C, H, W], the images ("image") first, then the layers in their order.</summary>
    /// <param name="model">The model.</param>
    /// <param name="image">The images as the model has them, [N, C, H, W] in [0, 1].</param>
    /// <param name="objective">The objective.</param>
    /// <exception cref="UsageException">The objective does not fit the model.</exception>
    public static IReadOnlyList<(string Layer, Tensor Gradient)> SlopesOf(Model model, Tensor image, Objective objective)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(objective);
        LayerSource source = model.LayersOf(image);
        Tensor sum = objective.Build(new Activations(source, image)).Sum();
        (string Layer, Tensor Raw)[] layers = [("image", image), .. WithPositions(model, source, new HashSet<Tensor>(Tensor.InOrder([sum]), ReferenceEqualityComparer.Instance))];
        return [.. layers.Zip(Gradients.Of(sum, [.. layers.Select(layer => layer.Raw)]), (layer, gradient) => (layer.Layer, ReferenceEquals(layer.Raw, image) ? gradient : source.Arranged(gradient)))];
    }

    private static string? LastWithPositions(Model model, LayerSource source, HashSet<Tensor> needed) => WithPositions(model, source, needed).Select(layer => layer.Layer).LastOrDefault();

    /// <summary>The layers that are needed, with several positions, and something to look at.</summary>
    internal static IEnumerable<(string Layer, Tensor Raw)> WithPositions(Model model, LayerSource source, HashSet<Tensor> needed)
    {
        foreach (OnnxLayer layer in model.Layers)
        {
            Tensor raw;
            Shape shape;
            try
            {
                raw = source.Raw(layer.Name);
                if (!needed.Contains(raw)) continue;
                shape = source.Arranged(raw).Shape;
            }
            catch (ModelFormatException error) when (error.Fault != ModelFault.Malformed)
            {
                continue;                                            // not supported, and so nothing that the objective depends on
            }
            if (shape is { Rank: 4 } && shape.Height * shape.Width > 1 && !model.IsPlumbing(layer, OfOne(shape))) yield return (model.Aliases[layer.Name] ?? layer.Name, raw);
        }

        Shape OfOne(Shape shape) => new(shape.Batch / source.Image.Shape.Batch, shape.Channels, shape.Height, shape.Width);
    }
}
