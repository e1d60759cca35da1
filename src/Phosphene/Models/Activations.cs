using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>What an objective can read: the layers of the network on the transformed image, and the image itself.</summary>
public sealed class Activations
{
    private readonly Func<string, Tensor> _layer;

    internal Activations(Model model, Tensor image, Func<string, Tensor> layer)
    {
        (Model, Image, _layer) = (model, image, layer);
    }

    /// <summary>The network.</summary>
    public Model Model { get; }

    /// <summary>The image [N, C, H, W] in [0, 1] as it will be saved: before transforms and preprocessing.</summary>
    public Tensor Image { get; }

    /// <summary>The activations of a layer, by its name in the model: [N, C, H, W] or [N, C].</summary>
    /// <exception cref="UnknownLayerException">The model has no such layer; the message offers the nearest names.</exception>
    public Tensor this[string layer] => _layer(layer);

    /// <summary>The same for one image of the batch alone. What has no part for each image, such as a constant, stays whole.</summary>
    internal Activations OfImage(int index)
    {
        int images = Image.Shape.Batch;
        return new Activations(Model, Of(Image), layer => Of(this[layer]));

        Tensor Of(Tensor tensor) => tensor.Shape.Rank > 0 && tensor.Shape.Batch == images ? tensor.Slice(0, index, 1) : tensor;
    }
}
