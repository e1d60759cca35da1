using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Pooling over windows or over the whole image.</summary>
internal static class Poolings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("MaxPool", 1, 1, MaxPool),
        OnnxOperator.Of("AveragePool", 1, 1, AveragePool),
        OnnxOperator.Of("GlobalAveragePool", 1, 1, node => node.Image(0).MeanOver(2, 3)),
        OnnxOperator.Of("GlobalMaxPool", 1, 1, node => node.Image(0).MaxOver(2, 3)),
    ];

    // ceil_mode and dilations since 10. storage_order (since 8) only numbers the Indices, which are not supported.
    private static Tensor MaxPool(ImportNode node)
    {
        if (node.Opset >= 8) node.Accept("storage_order");
        Tensor x = node.Image(0);
        return x.MaxPool(Placed(node, x.Shape, dilates: node.Opset >= 10).Window);
    }

    // ceil_mode since 10; dilations only since 19. What ceil_mode adds never counts, not even with count_include_pad.
    private static Tensor AveragePool(ImportNode node)
    {
        Tensor x = node.Image(0);
        bool countPadding = node.Flag("count_include_pad");
        Windows placed = Placed(node, x.Shape, dilates: false);
        return new Tensor(new AveragePool2D(placed.Window, countPadding, placed.CeilBottom, placed.CeilRight), x);
    }

    private static Windows Placed(ImportNode node, Shape x, bool dilates)
    {
        int[] kernel = node.Extents("kernel_shape", 2, least: 1) ?? throw node.Malformed("has no kernel_shape, which it needs");
        bool ceil = node.Opset >= 10 && node.Flag("ceil_mode");
        return Windows.Of(node, x, kernel[0], kernel[1], dilates, ceil);
    }
}
