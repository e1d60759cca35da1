using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>What an objective can read: the layers of the model on the transformed image, and the image itself.</summary>
public sealed class Activations
{
    private readonly Func<string, Tensor> _layer;
    private readonly ChannelNumbers? _numbers;

    internal Activations(Model model, Tensor image, Func<string, Tensor> layer, ChannelNumbers? numbers = null)
    {
        (Model, Image, _layer, _numbers) = (model, image, layer, numbers);
    }

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The image [N, C, H, W] in [0, 1] as it will be saved: before transforms and preprocessing.</summary>
    public Tensor Image { get; }

    /// <summary>The activations of a layer, by its name in the model: [N, C, H, W] or [N, C].</summary>
    /// <exception cref="UnknownLayerException">The model has no such layer; the message offers the nearest names.</exception>
    public Tensor this[string layer] => _layer(layer);

    /// <summary>
    /// One channel of a layer, kept as [N, 1, ...]. In an ascent its number is an input of the plan, so that the next channel of the layer needs no new one.
    /// </summary>
    /// <exception cref="UnknownLayerException">The model has no such layer.</exception>
    /// <exception cref="UsageException">The layer has no channels, or not this one.</exception>
    public Tensor Channel(string layer, int channel) => Channels(this[layer], layer, _ => channel);

    /// <summary>A channel for each image, by its place in the batch, of a tensor made of a layer, such as its softmax; kept as [N, 1, ...].</summary>
    /// <param name="tensor">What the channels are of: [N, C, ...].</param>
    /// <param name="layer">What errors call it.</param>
    /// <param name="channelOf">The channel of an image.</param>
    /// <inheritdoc cref="Channel"/>
    public Tensor Channels(Tensor tensor, string layer, Func<int, int> channelOf)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(channelOf);
        if (tensor.Shape.Rank < 2)
            throw new UsageException($"Layer '{layer}' is {tensor.Shape} and has no channels; choose a layer [N, C, ...].");
        int[] channels = [.. Enumerable.Range(0, tensor.Shape.Batch).Select(channelOf)];
        foreach (int channel in channels)
            if (channel < 0 || channel >= tensor.Shape.Channels)
                throw new UsageException($"Layer '{layer}' has channels 0 to {tensor.Shape.Channels - 1}; there is no channel {channel}.");
        if (_numbers is not null) return tensor.Channel(_numbers.Add(channels));
        return channels.Distinct().Count() == 1
            ? tensor.Channel(channels[0])
            : tensor.Channel(Tensor.Constant(new Shape(channels.Length), [.. channels.Select(channel => (float)channel)]));
    }

    /// <summary>The same for one image of the batch alone. What has no part for each image, such as a constant, stays whole.</summary>
    public Activations OfImage(int index)
    {
        int images = Image.Shape.Batch;
        return new Activations(Model, Of(Image), layer => Of(this[layer]), _numbers);

        Tensor Of(Tensor tensor) => tensor.Shape.Rank > 0 && tensor.Shape.Batch == images ? tensor.Slice(0, index, 1) : tensor;
    }
}
