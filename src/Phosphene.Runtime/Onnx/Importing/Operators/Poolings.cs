using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Pooling over windows or over the whole image, of signals, images and volumes. A maximum or mean over a box is one over its sides, one after the
/// other: a signal is an image of height 1, and a volume is pooled as images and then along its depth.
/// </summary>
internal static class Poolings
{
    public static readonly OnnxOperator[] Entries =
    [
        new("MaxPool", 1, 1, 1, MaxPool),
        OnnxOperator.Of("AveragePool", 1, 1, AveragePool),
        OnnxOperator.Of("LpPool", 2, 1, LpPool),
        OnnxOperator.Of("GlobalAveragePool", 1, 1, node => node.Image(0) is var x ? x.MeanOver(Sides(x)) : null!),
        OnnxOperator.Of("GlobalMaxPool", 1, 1, node => node.Image(0) is var x ? x.MaxOver(Sides(x)) : null!),
        OnnxOperator.Of("GlobalLpPool", 2, 1, node => node.Image(0) is var x ? Norm(x, Exponent(node), powers => powers.SumOver(Sides(x))) : null!),
    ];

    private static int[] Sides(Tensor x) => [.. Enumerable.Range(2, x.Shape.Rank - 2)];

    // ceil_mode and dilations since 10, the winners' places since 8.
    private static ImportedValue[] MaxPool(ImportNode node)
    {
        Tensor x = node.Image(0);
        AxisWindow[] axes = Placed(node, x.Shape, dilates: node.Opset >= 10);
        bool columnMajor = node.Opset >= 8 && node.Flag("storage_order");
        var y = new TensorValue(Boxes(x, axes, (image, h, w) => image.MaxPool(AxisWindow.Pair(h, w))), node.TypeOf(0));
        return node.OutputCount < 2 || x.Shape.Rank > 4 ? [y] : [y, new TensorValue(Winners(node, x, axes, columnMajor), OnnxDataType.Int64)];
    }

    // ceil_mode since 10; dilations only since 19. What ceil_mode adds never counts, not even with count_include_pad.
    private static Tensor AveragePool(ImportNode node)
    {
        Tensor x = node.Image(0);
        bool countPadding = node.Flag("count_include_pad");
        return Boxes(x, Placed(node, x.Shape, dilates: node.Opset >= 19),
            (image, h, w) => new Tensor(new AveragePool2D(AxisWindow.Pair(h, w), countPadding, h.Ceil, w.Ceil), image));
    }

    // The sum of a window is its mean times its size, if all of it counts.
    private static Tensor LpPool(ImportNode node)
    {
        Tensor x = node.Image(0);
        AxisWindow[] axes = Placed(node, x.Shape, dilates: node.Opset >= 18);
        return Norm(x, Exponent(node), powers =>
            Boxes(powers, axes, (image, h, w) => h.Kernel * w.Kernel * image.AveragePool(AxisWindow.Pair(h, w), countPadding: true)));
    }

    private static float Exponent(ImportNode node) => node.Opset < 2 ? node.Real("p", 2) : node.Integer("p", 2);

    // (Σ |x|^p)^(1 / p)
    private static Tensor Norm(Tensor x, float p, Func<Tensor, Tensor> sum) => sum(x.Abs().Pow(p)).Pow(1 / p);

    private static AxisWindow[] Placed(ImportNode node, Shape x, bool dilates) =>
        Windows.Of(node, x, Windows.Kernel(node, x), dilates, node.Opset >= 10 && node.Flag("ceil_mode"));

    private static Tensor Boxes(Tensor x, AxisWindow[] axes, Func<Tensor, AxisWindow, AxisWindow, Tensor> pool)
    {
        Shape s = x.Shape;
        switch (axes)
        {
            case [var w]:
                Tensor line = pool(x.Reshape(new Shape(s[0], s[1], 1, s[2])), AxisWindow.Whole, w);
                return line.Reshape(new Shape(s[0], s[1], line.Shape.Width));
            case [var h, var w]:
                return pool(x, h, w);
            case [var d, var h, var w]:
                Tensor images = pool(x.Reshape(new Shape(s[0], s[1] * s[2], s[3], s[4])), h, w);
                int height = images.Shape.Height, width = images.Shape.Width;
                Tensor columns = pool(images.Reshape(new Shape(s[0], s[1], s[2], height * width)), d, AxisWindow.Whole);
                return columns.Reshape(new Shape(s[0], s[1], columns.Shape.Height, height, width));
            default:
                throw new InvalidOperationException();
        }
    }

    // The number of each window's winner in the whole of x. What each window sees is laid out in a row of taps; the winning tap tells the place.
    private static Tensor Winners(ImportNode node, Tensor x, AxisWindow[] axes, bool columnMajor)
    {
        (AxisWindow h, AxisWindow w) = axes is [var only] ? (AxisWindow.Whole, only) : (axes[0], axes[1]);
        Window window = AxisWindow.Pair(h, w);
        int height = axes.Length == 1 ? 1 : x.Shape.Height, width = x.Shape[-1];
        int rows = window.OutputHeight(height), columns = window.OutputWidth(width), taps = checked(h.Kernel * w.Kernel);
        var seen = Fillings.Affordable(node, new Shape(rows * columns, taps));
        var picks = new int[seen.Count];
        float[] places = new float[seen.Count], outside = new float[seen.Count];
        for (int i = 0; i < picks.Length; i++)
        {
            (int at, int tap) = Math.DivRem(i, taps);
            int y = at / columns * h.Stride + tap / w.Kernel * h.Dilation - h.Before, z = at % columns * w.Stride + tap % w.Kernel * w.Dilation - w.Before;
            bool inside = y >= 0 && y < height && z >= 0 && z < width;
            picks[i] = inside ? y * width + z : -1;
            places[i] = inside ? columnMajor ? z * height + y : y * width + z : 0;
            outside[i] = inside ? 0 : float.NegativeInfinity;
        }
        int planes = x.Shape[0] * x.Shape[1], size = height * width;
        Tensor all = x.Reshape(new Shape(planes, size)).Pick(1, picks).Reshape(new Shape(planes, rows * columns, taps)) + Tensor.Constant(seen, outside);
        Tensor chosen = all.ArgMaxOver(2).EqualTo(Tensor.Counting(taps, 2, 3));
        Tensor place = (chosen * Tensor.Constant(seen, places)).SumOver(2) + size * Tensor.Counting(planes, 0, 3);
        return place.Reshape(axes.Length == 1 ? new Shape(x.Shape[0], x.Shape[1], columns) : new Shape(x.Shape[0], x.Shape[1], rows, columns));
    }
}
