using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>
/// Layers as objectives look at them: [N, C, H, W], whatever the order in the file. Where channels come last, as in networks from Keras, they are moved.
/// The tokens [N, T, C] of a transformer are laid out as the patches of the image lie; those that stand before the patches (class token, registers) are
/// left out.
/// </summary>
internal static class ChannelsFirst
{
    // The class token, a second one for distillation, or it and four registers. Source: ViT, DeiT, DINOv2.
    private static readonly int[] s_extraTokens = [0, 1, 2, 5];

    /// <summary>A layer for images [N, ., height, width], channels first.</summary>
    public static Tensor Of(Tensor layer, Shape image)
    {
        int rank = layer.Shape.Rank;
        if (rank < 3) return layer;
        int channels = ChannelAxis(layer) ?? (rank == 3 ? 2 : 1);
        if (rank == 3) return Tokens(layer, channels, image);
        if (channels <= 1) return layer;
        return layer.Transpose([0, channels, .. Enumerable.Range(1, rank - 1).Where(axis => axis != channels)]);
    }

    private static Tensor Tokens(Tensor layer, int channels, Shape image)
    {
        // The batch stands first, or second where tokens stand first; windows of an image stand where the batch would.
        int first = channels == 0 ? 1 : 0, second = 3 - channels - first;
        int batch = layer.Shape[first] != image.Batch && layer.Shape[second] == image.Batch ? second : first, tokens = 3 - channels - batch;
        Tensor ordered = layer.Transpose(batch, channels, tokens);
        (int n, int c, int t) = (ordered.Shape[0], ordered.Shape[1], ordered.Shape[2]);
        if (n != image.Batch && n % image.Batch == 0)
            return ordered.Reshape(new Shape(image.Batch, n / image.Batch, c, t)).Transpose(0, 2, 1, 3);
        foreach (int extra in s_extraTokens)
            if (Grid(t - extra, image) is var (height, width))
                return ordered.Slice(2, extra, t - extra).Reshape(new Shape(n, c, height, width));
        return ordered.Reshape(new Shape(n, c, t, 1));
    }

    // Rows and columns of square patches that cover the image.
    private static (int Height, int Width)? Grid(int patches, Shape image)
    {
        for (int height = 1; height <= patches; height++)
        {
            int width = patches / height;
            if (height * width == patches && (long)height * image.Width == (long)width * image.Height) return (height, width);
        }
        return null;
    }

    /// <summary>Which axis of a layer holds its channels, found from what computes it; null if that does not say.</summary>
    internal static int? ChannelAxis(Tensor layer)
    {
        int rank = layer.Shape.Rank;
        switch (layer.Operator)
        {
            case Conv2D or Conv2DInputGradient or MaxPool2D or AveragePool2D or Upsample2D or Lrn:
                return 1;
            case MatMul when IsConstant(layer.Inputs[1]):
                return rank - 1;
            case MatMul { TransposeB: false }:                               // attention · values: channels are those of the values
                return ChannelAxis(layer.Inputs[1]) == layer.Inputs[1].Shape.Rank - 1 ? rank - 1 : null;
            case Transpose transpose:
                return ChannelAxis(layer.Inputs[0]) is { } moved ? transpose.Axes.IndexOf(moved) : null;
            case Reshape:
                return ChannelAxis(layer.Inputs[0]) is { } kept ? Same(layer.Inputs[0].Shape, kept, layer.Shape) : null;
            default:
                foreach (Tensor input in layer.Inputs)
                    if (input.Shape.Rank == rank && !IsConstant(input) && ChannelAxis(input) is { } axis) return axis;
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

    private static bool IsConstant(Tensor tensor) => tensor.Operator is Constant || (tensor.Inputs.Length == 1 && IsConstant(tensor.Inputs[0]));
}
