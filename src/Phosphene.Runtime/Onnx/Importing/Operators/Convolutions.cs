using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Convolution of images.</summary>
internal static class Convolutions
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Conv", 1, 2, 3, Conv),
    ];

    // y = x * w + b. The kernel's extents are the weight's; kernel_shape may repeat them.
    private static Tensor Conv(ImportNode node)
    {
        Tensor x = node.Image(0), weight = node.Tensor(1);
        if (weight.Shape.Rank != 4) throw node.Mismatch($"has a weight {weight.Shape}, where [O, C, H, W] is expected for its input {x.Shape}");
        int[]? kernel = node.Extents("kernel_shape", 2, least: 1);
        if (kernel is not null && (kernel[0] != weight.Shape.Height || kernel[1] != weight.Shape.Width))
            throw node.Malformed($"has kernel_shape = [{kernel[0]}, {kernel[1]}] (height, width), but a weight {weight.Shape}");
        int groups = (int)Math.Clamp(node.Integer("group", 1), 0, int.MaxValue);
        Window window = Windows.Of(node, x.Shape, weight.Shape.Height, weight.Shape.Width, dilates: true, ceil: false).Window;
        return x.Conv2D(weight, node.OptionalTensor(2), window, groups);
    }
}
