using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>
/// Layers as objectives look at them: [N, C, H, W], whatever the order in the file. Where channels come last, as in models from Keras, they are moved.
/// The tokens [N, T, C] of a transformer are laid out as the patches of the image lie; those that stand before the patches (class token, registers) are
/// left out.
/// </summary>
internal sealed class ChannelsFirst
{
    // The class token, a second one for distillation, or it and four registers. Source: ViT, DeiT, DINOv2.
    private static readonly int[] s_extraTokens = [0, 1, 2, 5];

    private readonly Dictionary<Tensor, Axis> _known = new(ReferenceEqualityComparer.Instance);
    private readonly Shape _image;

    /// <summary>For the layers of an image [N, C, H, W], or of the latents [N, C] of a decoder.</summary>
    public ChannelsFirst(Tensor image)
    {
        _image = image.Shape;
        _known.Add(image, new Axis(false, 1));
    }

    /// <summary>A layer, channels first.</summary>
    public Tensor Of(Tensor layer)
    {
        int rank = layer.Shape.Rank;
        if (rank < 3) return layer;
        int channels = Find(layer).Channels ?? (rank == 3 ? 2 : 1);
        if (rank == 3) return Tokens(layer, channels);
        if (channels <= 1) return layer;
        return layer.Transpose([0, channels, .. Enumerable.Range(1, rank - 1).Where(axis => axis != channels)]);
    }

    /// <summary>The tokens [N, C, T] of a layer of a transformer, all of them in their order; null if it has none, or those of windows.</summary>
    public Tensor? TokensOf(Tensor layer) => layer.Shape.Rank == 3 && Ordered(layer, Find(layer).Channels ?? 2) is var tokens && tokens.Shape[0] == _image.Batch ? tokens : null;

    // [N, C, T], where windows of an image stand for N.
    private Tensor Ordered(Tensor layer, int channels)
    {
        // The batch stands first, or second where tokens stand first; windows of an image stand where the batch would.
        int first = channels == 0 ? 1 : 0, second = 3 - channels - first;
        int batch = layer.Shape[first] != _image.Batch && layer.Shape[second] == _image.Batch ? second : first, tokens = 3 - channels - batch;
        return layer.Transpose(batch, channels, tokens);
    }

    private Tensor Tokens(Tensor layer, int channels)
    {
        Tensor ordered = Ordered(layer, channels);
        (int n, int c, int t) = (ordered.Shape[0], ordered.Shape[1], ordered.Shape[2]);
        if (n != _image.Batch && n % _image.Batch == 0)
            return ordered.Reshape(new Shape(_image.Batch, n / _image.Batch, c, t)).Transpose(0, 2, 1, 3);
        foreach (int extra in s_extraTokens)
            if (Grid(t - extra) is var (height, width))
                return ordered.Slice(2, extra, t - extra).Reshape(new Shape(n, c, height, width));
        return ordered.Reshape(new Shape(n, c, t, 1));
    }

    // Rows and columns of square patches that cover the image.
    private (int Height, int Width)? Grid(int patches)
    {
        if (patches < 1 || _image.Rank != 4) return null;
        int height = (int)Math.Round(Math.Sqrt((double)patches * _image.Height / _image.Width)), width = height == 0 ? 0 : patches / height;
        return (long)height * width == patches && (long)height * _image.Width == (long)width * _image.Height ? (height, width) : null;
    }

    // Which axis of a tensor holds its channels, found from what computes it; null if that does not say.
    private readonly record struct Axis(bool IsConstant, int? Channels);

    private Axis Find(Tensor layer)
    {
        foreach (Tensor next in Tensor.InOrder([layer], _known.ContainsKey))
            _known.Add(next, new Axis(next.Operator is Constant || (next.Inputs.Length > 0 && next.Inputs.All(input => _known[input].IsConstant)), Channels(next)));
        return _known[layer];
    }

    private int? Channels(Tensor layer)
    {
        int rank = layer.Shape.Rank;
        switch (layer.Operator)
        {
            case Conv2D or Conv2DInputGradient or MaxPool2D or AveragePool2D or Upsample2D or Lrn:
                return 1;
            case MatMul when _known[layer.Inputs[1]].IsConstant:
                return rank - 1;
            case MatMul { TransposeB: false }:                               // attention · values: channels are those of the values
                return _known[layer.Inputs[1]].Channels == layer.Inputs[1].Shape.Rank - 1 ? rank - 1 : null;
            case Transpose transpose:
                return _known[layer.Inputs[0]].Channels is { } moved ? transpose.Axes.IndexOf(moved) : null;
            case Reshape:
                return _known[layer.Inputs[0]].Channels is { } kept ? Same(layer.Inputs[0].Shape, kept, layer.Shape) : null;
            default:
                foreach (Tensor input in layer.Inputs)
                    if (input.Shape.Rank == rank && _known[input] is { IsConstant: false, Channels: { } axis }) return axis;
                return null;
        }
    }

    // The axis of a reshaped tensor that runs over the same elements as an axis did before.
    private static int? Same(Shape before, int axis, Shape after)
    {
        for (int candidate = 0; candidate < after.Rank; candidate++)
            if (after[candidate] == before[axis] && after.CountOf(candidate + 1, after.Rank) == before.CountOf(axis + 1, before.Rank)) return candidate;
        return null;
    }
}
