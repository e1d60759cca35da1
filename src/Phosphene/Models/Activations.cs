using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>What an objective can read: the layers of the model on the transformed image, and the image itself.</summary>
public sealed class Activations
{
    private readonly Func<Layer, Tensor> _layer;
    private readonly ChannelNumbers? _numbers;

    // Of a part of the images or of the picture: what is done to the image and to each layer.
    private readonly Func<Tensor, Tensor>? _change;

    internal Activations(LayerSource source, Tensor image, ChannelNumbers? numbers = null, Tensor? alpha = null) : this(source.Model, image, layer => source[layer], numbers, alpha) => Seen = source.Image;

    internal Activations(Model model, Tensor image, Func<Layer, Tensor> layer, ChannelNumbers? numbers = null, Tensor? alpha = null) => (Model, Image, Alpha, _layer, _numbers) = (model, image, alpha, layer, numbers);

    /// <summary>The model.</summary>
    public Model Model { get; }

    /// <summary>The images [N, C, H, W] in [0, 1] that the model sees, with what the transforms have made of them: all of them, also where these activations are of a part.</summary>
    internal Tensor Seen { get; private init; } = Tensor.Constant(0);

    /// <summary>The image [N, C, H, W] in [0, 1] as it will be saved: before transforms and preprocessing.</summary>
    public Tensor Image { get; }

    /// <summary>How opaque each pixel of the image is, [N, 1, H, W] in [0, 1]; null if it is wholly.</summary>
    public Tensor? Alpha { get; }

    /// <summary>The activations of a layer, by its name or alias for example: [N, C, H, W] or [N, C].</summary>
    /// <exception cref="UnknownLayerException">The model has no such layer; the message offers the nearest names.</exception>
    public Tensor this[Layer layer] => _layer(layer);

    /// <summary>
    /// One channel of a layer, kept as [N, 1, ...]. In an ascent its number is an input of the plan, so that the next channel of the layer needs no new one.
    /// </summary>
    /// <exception cref="UnknownLayerException">The model has no such layer.</exception>
    /// <exception cref="UsageException">The layer has no channels, or not this one.</exception>
    public Tensor Channel(Layer layer, int channel) => Channels(layer, _ => channel);

    /// <summary>
    /// A channel of a layer for each image, by its place in the batch, kept as [N, 1, ...]. Of a layer that is a product with a matrix, such as
    /// <see cref="Layer.Feature"/>, no other channels are computed.
    /// </summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channelOf">The channel of an image.</param>
    /// <inheritdoc cref="Channel"/>
    internal Tensor Channels(Layer layer, Func<int, int> channelOf)
    {
        Tensor all = this[layer];
        if (!layer.PicksChannels) return Channels(all, layer, channelOf);
        int[] channels = ChannelsOf(all, layer, channelOf);
        return layer.Channels(this, _numbers?.Add(channels) ?? Numbers(channels));
    }

    /// <summary>A channel for each image, by its place in the batch, of a tensor made of a layer, such as its softmax; kept as [N, 1, ...].</summary>
    /// <param name="tensor">What the channels are of: [N, C, ...].</param>
    /// <param name="layer">What errors call it.</param>
    /// <param name="channelOf">The channel of an image.</param>
    /// <inheritdoc cref="Channel"/>
    public Tensor Channels(Tensor tensor, Layer layer, Func<int, int> channelOf)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        ArgumentNullException.ThrowIfNull(channelOf);
        int[] channels = ChannelsOf(tensor, layer, channelOf);
        if (_numbers is not null) return tensor.Channel(_numbers.Add(channels));
        return channels.Distinct().Count() == 1 ? tensor.Channel(channels[0]) : tensor.Channel(Numbers(channels));
    }

    private static int[] ChannelsOf(Tensor tensor, Layer layer, Func<int, int> channelOf)
    {
        if (tensor.Shape.Rank < 2)
            throw new UsageException($"Layer '{layer.Name}' is {tensor.Shape} and has no channels; choose a layer [N, C, ...].");
        int[] channels = [.. Enumerable.Range(0, tensor.Shape.Batch).Select(channelOf)];
        foreach (int channel in channels)
            if (channel < 0 || channel >= tensor.Shape.Channels)
                throw new UsageException($"Layer '{layer.Name}' has channels 0 to {tensor.Shape.Channels - 1}; there is no channel {channel}.");
        return channels;
    }

    private static Tensor Numbers(int[] channels) => Tensor.Constant(new Shape(channels.Length), [.. channels.Select(channel => (float)channel)]);

    /// <summary>The same for one image of the batch alone. What has no part for each image, such as a constant, stays whole.</summary>
    public Activations OfImage(int index)
    {
        int images = Image.Shape.Batch;
        return Changed(tensor => tensor.Shape.Rank > 0 && tensor.Shape.Batch == images ? tensor.Slice(0, index, 1) : tensor);
    }

    /// <summary>
    /// The same for a part of the picture alone: of the image and of each layer with positions those that lie in it, at least one row and one column.
    /// </summary>
    /// <param name="y0">Where it begins, as a share of the height: 0 is the top.</param>
    /// <param name="y1">Where it ends: 1 is the bottom.</param>
    /// <param name="x0">Where it begins, as a share of the width: 0 is on the left.</param>
    /// <param name="x1">Where it ends: 1 is on the right.</param>
    internal Activations OfRegion(float y0, float y1, float x0, float x1)
    {
        return Changed(tensor => tensor.Shape.Rank == 4 ? Part(Part(tensor, 2, y0, y1), 3, x0, x1) : tensor);

        static Tensor Part(Tensor tensor, int axis, float from, float to)
        {
            int extent = tensor.Shape[axis], first = Math.Min((int)Math.Round(from * extent), extent - 1);
            return tensor.Slice(axis, first, Math.Max(1, (int)Math.Round(to * extent) - first));
        }
    }

    /// <summary>
    /// The same layers for another picture, at the size of the image that the model sees here, of the same part of it: constants that an objective compares with.
    /// </summary>
    /// <exception cref="UsageException">The model takes neither grey images nor colours.</exception>
    internal Activations Of(Picture picture)
    {
        Activations all = Model.Activate(picture, Seen.Shape.Height, Seen.Shape.Width);
        return _change is null ? all : all.Changed(_change);
    }

    private Activations(Activations whole, Func<Tensor, Tensor> change) : this(whole.Model, change(whole.Image), layer => change(whole[layer]), whole._numbers, whole.Alpha is { } alpha ? change(alpha) : null) =>
        (Seen, _change) = (whole.Seen, whole._change is { } before ? tensor => change(before(tensor)) : change);

    private Activations Changed(Func<Tensor, Tensor> change) => new(this, change);
}
