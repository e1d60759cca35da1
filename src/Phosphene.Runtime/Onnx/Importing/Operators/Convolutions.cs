using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Convolution of signals, images and volumes, and its transpose. A signal is an image of height 1; a volume is a batch of slices, whose images
/// are convolved with each slice of the weight and added up.
/// </summary>
internal static class Convolutions
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Conv", 1, 2, 3, node => Convolved(node, node.Image(0), node.Real(1), node.OptionalTensor(2))),
        OnnxOperator.Of("ConvTranspose", 1, 2, 3, ConvTranspose),
    ];

    /// <summary>y = x * w + b, by the attributes of a Conv. The kernel's extents are the weight's; kernel_shape may repeat them.</summary>
    public static Tensor Convolved(ImportNode node, Tensor x, Tensor weight, Tensor? bias)
    {
        int[] kernel = Kernel(node, x, weight, "[O, C, H, W]");
        AxisWindow[] axes = Windows.Of(node, x.Shape, kernel, dilates: true, ceil: false);
        int groups = Groups(node);
        return axes switch
        {
            [var w] => Convolve(Flat(x), Flat(weight), bias, AxisWindow.Pair(AxisWindow.Whole, w), groups) is var y ? y.Reshape(Shapings.Without(y.Shape, [2])) : null!,
            [var h, var w] => Convolve(x, weight, bias, AxisWindow.Pair(h, w), groups),
            [var d, var h, var w] => Volume(x, weight, bias, d, AxisWindow.Pair(h, w), groups),
            _ => throw new InvalidOperationException(),
        };
    }

    private static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias, Window window, int groups)
    {
        if (groups == 1) (x, weight) = Patterns.Unpermuted(x, weight);
        return x.Conv2D(weight, bias, window, groups);
    }

    // y[d] = Σ_k x[d·stride + k·dilation - before] * w[k]
    private static Tensor Volume(Tensor x, Tensor weight, Tensor? bias, AxisWindow d, Window window, int groups)
    {
        var padded = new Tensor(new Pad([0, 0, d.Before, 0, 0], [0, 0, d.After, 0, 0]), x);
        long room = padded.Shape[2] - d.Reach;
        if (room < 0) throw new ArgumentException($"A window of depth {d.Reach} does not fit {x.Shape}.");
        int depth = (int)(room / d.Stride) + 1;
        Tensor slices = padded.Transpose(0, 2, 1, 3, 4);
        Tensor? sum = null;
        for (int k = 0; k < d.Kernel; k++)
        {
            Tensor part = Slices(slices.Slice(1, k * d.Dilation, depth, d.Stride)).Conv2D(Slice(weight, k), k == 0 ? bias : null, window, groups);
            sum = sum is null ? part : sum + part;
        }
        return Together(sum!, x.Shape.Batch, depth).Transpose(0, 2, 1, 3, 4);
    }

    // The adjoint of a convolution in its input. Weight [C, O / groups, ...]; the output's extents follow from output_padding or output_shape.
    private static Tensor ConvTranspose(ImportNode node)
    {
        Tensor x = node.Image(0), weight = node.Real(1);
        int[] kernel = Kernel(node, x, weight, "[C, O, H, W]");
        int groups = Groups(node);
        (AxisWindow[] axes, int[] extents) = Transposed(node, x.Shape, kernel);
        Fillings.Affordable(node, new Shape([x.Shape.Batch, checked(weight.Shape[1] * groups), .. extents]));
        Tensor y = axes switch
        {
            [var w] => Spread(Flat(x), Flat(weight), groups, (AxisWindow.Whole, 1), (w, extents[0])) is var flat ? flat.Reshape(Shapings.Without(flat.Shape, [2])) : null!,
            [var h, var w] => Spread(x, weight, groups, (h, extents[0]), (w, extents[1])),
            [var d, var h, var w] => SpreadVolume(x, weight, groups, (d, extents[0]), (h, extents[1]), (w, extents[2])),
            _ => throw new InvalidOperationException(),
        };
        return node.OptionalTensor(2) is { } bias ? y + bias.Reshape(Shapings.Across(y.Shape.Rank, bias.Shape.Count)) : y;
    }

    private static (AxisWindow[] Axes, int[] Extents) Transposed(ImportNode node, Shape x, int[] kernel)
    {
        int sides = x.Rank - 2;
        AxisWindow[] axes = [.. Windows.Of(node, x, kernel, dilates: true, ceil: false)];
        int[] more = node.Extents("output_padding", sides, least: 0) ?? new int[sides], extents = new int[sides];
        int[]? shape = node.Extents("output_shape", sides, least: 0);
        string auto = node.Text("auto_pad", "NOTSET");
        for (int i = 0; i < sides; i++)
        {
            AxisWindow axis = axes[i];
            int whole = checked((int)((x[2 + i] - 1L) * axis.Stride + axis.Reach + more[i]));
            // A stated size decides the padding, of which an odd one goes before, or after for SAME_UPPER.
            int? stated = shape?[i] ?? (auto.StartsWith("SAME", StringComparison.Ordinal) ? checked(x[2 + i] * axis.Stride) : null);
            if (stated is { } size)
            {
                int total = whole - size, less = (int)Math.Floor(total / 2.0);
                axis = auto == "SAME_UPPER" ? axis with { Before = less, After = total - less } : axis with { Before = total - less, After = less };
            }
            axes[i] = axis;
            extents[i] = whole - axis.Before - axis.After;
            if (extents[i] < 1) throw node.Mismatch($"pads away more than its output of {whole} has");
        }
        return (axes, extents);
    }

    // Without padding, and then cut (or continued with zeros) to the place that the padding gives.
    private static Tensor Spread(Tensor x, Tensor weight, int groups, (AxisWindow Window, int Extent) h, (AxisWindow Window, int Extent) w)
    {
        AxisWindow y = h.Window, z = w.Window;
        int outputs = checked(weight.Shape[1] * groups);
        if (Fits(h, x.Shape.Height) && Fits(w, x.Shape.Width))
            return new Tensor(new Conv2DInputGradient(AxisWindow.Pair(y, z), groups, new Shape(x.Shape.Batch, outputs, h.Extent, w.Extent)), x, weight);
        AxisWindow bareY = y with { Before = 0, After = 0 }, bareZ = z with { Before = 0, After = 0 };
        var natural = new Shape(x.Shape.Batch, outputs, Natural(y, x.Shape.Height), Natural(z, x.Shape.Width));
        var all = new Tensor(new Conv2DInputGradient(AxisWindow.Pair(bareY, bareZ), groups, natural), x, weight);
        return Placed(Placed(all, 2, y.Before, h.Extent), 3, z.Before, w.Extent);
    }

    private static int Natural(AxisWindow axis, int extent) => checked((int)((extent - 1L) * axis.Stride + axis.Reach));

    // Whether a convolution of this window makes as many of the extent as there are.
    private static bool Fits((AxisWindow Window, int Extent) side, int extent) =>
        side.Window is { Before: >= 0, After: >= 0 } w && side.Extent + (long)w.Before + w.After - w.Reach is >= 0 and var room && room / w.Stride + 1 == extent;

    private static Tensor SpreadVolume(Tensor x, Tensor weight, int groups, (AxisWindow Window, int Extent) d, (AxisWindow Window, int Extent) h, (AxisWindow Window, int Extent) w)
    {
        Tensor slices = Slices(x.Transpose(0, 2, 1, 3, 4));
        int natural = Natural(d.Window, x.Shape[2]);
        Tensor? sum = null;
        for (int k = 0; k < d.Window.Kernel; k++)
        {
            Tensor part = Together(Spread(slices, Slice(weight, k), groups, h, w), x.Shape.Batch, x.Shape[2]);
            part = new Tensor(new SliceGradient(1, k * d.Window.Dilation, d.Window.Stride, natural), part);
            sum = sum is null ? part : sum + part;
        }
        return Placed(sum!, 1, d.Window.Before, d.Extent).Transpose(0, 2, 1, 3, 4);
    }

    // Extent elements of an axis from start on, which may lie outside: zeros there.
    private static Tensor Placed(Tensor x, int axis, int start, int extent)
    {
        int from = Math.Max(0, start), end = Math.Min(x.Shape[axis], start + extent);
        if (end <= from) throw new ArgumentException($"Nothing of axis {axis} of {x.Shape} is left from {start} on.");
        x = x.Slice(axis, from, end - from);
        int before = from - start, after = extent - before - (end - from);
        if (before + after == 0) return x;
        int[] starts = new int[x.Shape.Rank], ends = new int[x.Shape.Rank];
        (starts[axis], ends[axis]) = (before, after);
        return new Tensor(new Pad([.. starts], [.. ends]), x);
    }

    private static int[] Kernel(ImportNode node, Tensor x, Tensor weight, string form)
    {
        if (weight.Shape.Rank != x.Shape.Rank) throw node.Mismatch($"has a weight {weight.Shape}, where {form} is expected for its input {x.Shape}");
        int[] kernel = weight.Shape.Extents[2..].ToArray();
        if (kernel.Any(extent => extent < 1)) throw node.Malformed($"has the empty weight {weight.Shape}");
        if (node.Extents("kernel_shape", kernel.Length, least: 1) is { } stated && !stated.SequenceEqual(kernel))
            throw node.Malformed($"has kernel_shape = [{string.Join(", ", stated)}]{(kernel.Length == 2 ? " (height, width)" : "")}, but a weight {weight.Shape}");
        return kernel;
    }

    private static int Groups(ImportNode node) => (int)Math.Clamp(node.Integer("group", 1), 0, 1 << 20);

    // [A, B, W] as [A, B, 1, W]
    private static Tensor Flat(Tensor x) => x.Reshape(new Shape(x.Shape[0], x.Shape[1], 1, x.Shape[2]));

    // [N, D, C, H, W] as [N·D, C, H, W], and back
    private static Tensor Slices(Tensor x) => x.Reshape(new Shape([x.Shape[0] * x.Shape[1], .. x.Shape.Extents[2..]]));

    private static Tensor Together(Tensor x, int batch, int depth) => x.Reshape(new Shape([batch, depth, .. x.Shape.Extents[1..]]));

    // [O, C, D, H, W] at one depth
    private static Tensor Slice(Tensor weight, int k) => weight.Slice(2, k, 1) is var slice ? slice.Reshape(Shapings.Without(slice.Shape, [2])) : null!;
}
