using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>The layers of a model on one image, in the graph, as <see cref="ChannelsFirst"/> arranges them; each is made once.</summary>
/// <param name="model">The model.</param>
/// <param name="image">The image [N, C, H, W] that the model sees, or the latents of a decoder.</param>
/// <param name="raw">A layer as the file has it, by its name there.</param>
internal sealed class LayerSource(Model model, Tensor image, Func<string, Tensor> raw)
{
    private readonly Dictionary<Layer, Tensor> _known = [];
    private readonly ChannelsFirst _channelsFirst = new(image);

    /// <summary>The model.</summary>
    public Model Model => model;

    /// <summary>The image that the model sees.</summary>
    public Tensor Image => image;

    /// <summary>A layer: [N, C, H, W] or [N, C].</summary>
    public Tensor this[Layer layer]
    {
        get
        {
            if (!_known.TryGetValue(layer, out Tensor? tensor)) _known.Add(layer, tensor = layer.Build(this));
            return tensor;
        }
    }

    /// <summary>A layer of the model, by its name or alias.</summary>
    /// <exception cref="UnknownLayerException">There is no such layer; the message offers the nearest names.</exception>
    public Tensor Named(string nameOrAlias) => _channelsFirst.Of(Raw(nameOrAlias));

    /// <summary>A layer of the model as the file has it, by its name or alias.</summary>
    /// <exception cref="UnknownLayerException">There is no such layer; the message offers the nearest names.</exception>
    public Tensor Raw(string nameOrAlias) => raw(model.LayerName(nameOrAlias));

    /// <summary>A tensor with the extents of a layer as the file has it, arranged as objectives see layers.</summary>
    public Tensor Arranged(Tensor tensor) => _channelsFirst.Of(tensor);

    /// <summary>The tokens [N, C, T] of a layer of a transformer, all of them in the order of the file; null if it has none.</summary>
    /// <exception cref="UnknownLayerException">There is no such layer; the message offers the nearest names.</exception>
    public Tensor? Tokens(string nameOrAlias) => _channelsFirst.TokensOf(Raw(nameOrAlias));
}
