using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Images read at positions that are computed: by a grid, in regions, or displaced under a kernel.</summary>
internal static class Samplings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("AffineGrid", 20, 2, AffineGrid),
        OnnxOperator.Of("GridSample", 16, 2, GridSample),
        OnnxOperator.Of("RoiAlign", 10, 3, RoiAlign),
        OnnxOperator.Of("DeformConv", 19, 3, 5, DeformConv),
    ];

    // theta [N, 2, 3] or [N, 3, 4] times each pixel's (x, y, 1) or (x, y, z, 1), from -1 to 1: [N, H, W, 2] or [N, D, H, W, 3].
    private static Tensor AffineGrid(ImportNode node)
    {
        Tensor theta = node.Tensor(0);
        Shape size = Constants.ToShape(node, node.Integers(1));
        int sides = size.Rank - 2, places = size.Rank < 3 ? 0 : size.CountOf(2, size.Rank);
        if (sides is not (2 or 3) || theta.Shape != new Shape(size[0], sides, sides + 1) || places == 0)
            throw node.Mismatch($"needs maps [N, 2, 3] for a size [N, C, H, W] or [N, 3, 4] for [N, C, D, H, W]; got {theta.Shape} and {size}");
        bool corners = node.Flag("align_corners");
        Fillings.Affordable(node, new Shape(places, sides + 1));
        var grid = new float[places * (sides + 1)];
        for (int place = 0; place < places; place++)
        {
            grid[place * (sides + 1) + sides] = 1;
            for (int axis = sides - 1, rest = place; axis >= 0; axis--)
            {
                (rest, int i) = Math.DivRem(rest, size[2 + axis]);
                grid[place * (sides + 1) + sides - 1 - axis] = corners ? (size[2 + axis] == 1 ? -1 : 2f * i / (size[2 + axis] - 1) - 1) : (2f * i + 1) / size[2 + axis] - 1;
            }
        }
        return Tensor.Constant(new Shape(places, sides + 1), grid).MatMul(theta, transposeOther: true).Reshape(new Shape([size[0], .. size.Extents[2..], sides]));
    }

    // grid [N, H, W, 2] holds (x, y) from -1 to 1 (three numbers for volumes, x first); linear and cubic were bilinear and bicubic until 20.
    private static Tensor GridSample(ImportNode node)
    {
        Tensor x = node.Image(0), grid = node.Tensor(1);
        int sides = x.Shape.Rank - 2, batch = x.Shape.Batch;
        if (grid.Shape.Rank != sides + 2 || grid.Shape[0] != batch || grid.Shape[-1] != sides) throw node.Mismatch($"needs a grid [N, ..., {sides}] for its input {x.Shape}; got {grid.Shape}");
        string mode = node.Text("mode", "linear"), padding = node.Text("padding_mode", "zeros");
        mode = mode switch { "bilinear" => "linear", "bicubic" => "cubic", _ => mode };
        Outside outside = padding switch
        {
            "zeros" => Outside.Zeros,
            "border" => Outside.Border,
            "reflection" => Outside.Reflection,
            _ => throw node.Malformed($"has padding_mode = {Printable.Quote(padding)}, where zeros, border or reflection is expected"),
        };
        bool corners = node.Flag("align_corners");
        int samples = grid.Shape.CountOf(1, sides + 1);
        Tap[][] taps = [.. Enumerable.Range(0, sides).Select(side =>
        {
            int extent = x.Shape[2 + side];
            Tensor along = grid.Slice(-1, sides - 1 - side, 1).Reshape(new Shape(batch, samples));
            Tensor at = corners ? (along + 1f) * (0.5f * (extent - 1)) : ((along + 1f) * extent - 1f) * 0.5f;
            return new SampledAxis(extent, outside, corners).Taps(at, mode) ?? throw node.Malformed($"has mode = {Printable.Quote(mode)}, where linear, nearest or cubic is expected");
        })];
        return Sampler.Weighted(node, x, taps).SumOver(2).Reshape(new Shape([batch, x.Shape.Channels, .. grid.Shape.Extents[1..^1]]));
    }

    // Each region (x1, y1, x2, y2) of an image is divided into bins, each the mean (or the largest part) of ratio × ratio samples. Until 15 there was no half pixel.
    private static Tensor RoiAlign(ImportNode node)
    {
        Tensor x = node.Image(0), regions = node.Tensor(1), images = node.Tensor(2);
        if (x.Shape.Rank != 4 || regions.Shape.Rank != 2 || regions.Shape[1] != 4 || images.Shape != new Shape(regions.Shape[0]))
            throw node.Mismatch($"needs images [N, C, H, W], regions [R, 4] and R numbers of images; got {x.Shape}, {regions.Shape} and {images.Shape}");
        string place = node.Text("coordinate_transformation_mode", node.Opset < 16 ? "output_half_pixel" : "half_pixel"), mode = node.Text("mode", "avg");
        if (place is not ("half_pixel" or "output_half_pixel") || mode is not ("avg" or "max"))
            throw node.Malformed($"has coordinate_transformation_mode = {Printable.Quote(place)} and mode = {Printable.Quote(mode)}, of which one is not known");
        bool half = place == "half_pixel";
        int ratio = Small(node, "sampling_ratio", 0), height = Small(node, "output_height", 1), width = Small(node, "output_width", 1), count = regions.Shape[0], channels = x.Shape.Channels;
        if (ratio == 0) throw node.Unsupported("has sampling_ratio = 0: the number of its samples would depend on the regions; a ratio of 1 or more is supported");
        float scale = node.Real("spatial_scale", 1);
        var samples = new Shape(count, height * ratio, width * ratio);

        (Tensor y, Tensor insideY) = Along(1, height, x.Shape.Height);
        (Tensor z, Tensor insideX) = Along(0, width, x.Shape.Width);
        var whole = new Shape(1, samples.Count);
        Tap image = new(images.Reshape(new Shape(count, 1, 1)).BroadcastTo(samples).Reshape(whole), (insideY * insideX).Reshape(whole));
        Tap[] rows = new SampledAxis(x.Shape.Height, Outside.Border).Taps(y.BroadcastTo(samples).Reshape(whole), "linear")!;
        Tap[] columns = new SampledAxis(x.Shape.Width, Outside.Border).Taps(z.BroadcastTo(samples).Reshape(whole), "linear")!;
        Tensor weighted = Sampler.Weighted(node, x.Transpose(1, 0, 2, 3).Reshape(new Shape([1, channels, .. x.Shape.Extents[..1], .. x.Shape.Extents[2..]])), [image], rows, columns);
        var bins = new Shape(channels, count, height, ratio, width, ratio);
        Tensor pooled = mode == "avg" ? weighted.SumOver(2).Reshape(bins).MeanOver(3, 5) : weighted.MaxOver(2).Reshape(bins).MaxOver(3, 5);
        return pooled.Reshape(new Shape(channels, count, height, width)).Transpose(1, 0, 2, 3);

        // Positions of the samples along an axis, and whether they lie inside the image, or up to one pixel outside.
        (Tensor At, Tensor Inside) Along(int first, int bins, int extent)
        {
            float offset = half ? 0.5f : 0;
            Tensor start = regions.Slice(1, first, 1) * scale - offset, length = regions.Slice(1, first + 2, 1) * scale - offset - start;
            if (!half) length = Tensor.Max(length, Tensor.Constant(1));
            int steps = bins * ratio;
            Tensor at = start + length * Tensor.Constant(new Shape(1, steps), [.. Enumerable.Range(0, steps).Select(i => (i + 0.5f) / steps)]);
            Shape laid = first == 1 ? new Shape(count, steps, 1) : new Shape(count, 1, steps);
            Tensor outside = Tensor.Max(Tensor.Constant(-1).GreaterThan(at), at.GreaterThan(extent));
            return (at.Reshape(laid), (1f - outside).Reshape(laid));
        }
    }

    private static int Small(ImportNode node, string name, int absent) =>
        node.Integer(name, absent) is >= 0 and <= 1 << 12 and var value ? (int)value : throw node.Malformed($"has {name} = {node.Integer(name)}, where a number from 0 to {1 << 12} is expected");

    // A convolution whose taps are displaced: offset [N, G·KH·KW·2, OH, OW] holds (y, x) for each tap of each group of channels, mask [N, G·KH·KW, OH, OW] its weight.
    private static Tensor DeformConv(ImportNode node)
    {
        Tensor x = node.Image(0), weight = node.Real(1), offset = node.Tensor(2);
        if (x.Shape.Rank != 4) throw node.Unsupported($"works on {x.Shape}; only images [N, C, H, W] are supported");
        (int batch, int channels, int outputs) = (x.Shape.Batch, x.Shape.Channels, weight.Shape[0]);
        int groups = Small(node, "group", 1), shifted = Small(node, "offset_group", 1);
        if (weight.Shape.Rank != 4 || groups == 0 || shifted == 0 || weight.Shape[1] * groups != channels || outputs % groups != 0 || channels % shifted != 0)
            throw node.Mismatch($"has a weight {weight.Shape} in {groups} groups and {shifted} groups of offsets, which do not fit its input {x.Shape}");
        int[] kernel = node.Extents("kernel_shape", 2, least: 1) ?? [weight.Shape.Height, weight.Shape.Width];
        Window window = Windows.Of(node, x.Shape, kernel, dilates: true, ceil: false) is [var h, var w] ? AxisWindow.Pair(h, w) : default;
        int rows = window.OutputHeight(x.Shape.Height), columns = window.OutputWidth(x.Shape.Width), taps = kernel[0] * kernel[1], pixels = rows * columns;
        if (kernel[0] != weight.Shape.Height || kernel[1] != weight.Shape.Width || offset.Shape != new Shape(batch, shifted * taps * 2, rows, columns))
            throw node.Mismatch($"needs offsets [{batch}, {shifted * taps * 2}, {rows}, {columns}] for its input {x.Shape} and weight {weight.Shape}; got {offset.Shape}");

        Tensor moved = offset.Reshape(new Shape(batch * shifted, taps, 2, pixels));
        Tap[] y = Side(0, x.Shape.Height, (tap, pixel) => pixel / columns * window.StrideY + tap / kernel[1] * window.DilationY - window.Top);
        Tap[] z = Side(1, x.Shape.Width, (tap, pixel) => pixel % columns * window.StrideX + tap % kernel[1] * window.DilationX - window.Left);
        Tensor seen = Sampler.Weighted(node, x.Reshape(new Shape(batch * shifted, channels / shifted, x.Shape.Height, x.Shape.Width)), y, z).SumOver(2);
        if (node.OptionalTensor(4) is { } mask) seen *= mask.Reshape(new Shape(batch * shifted, 1, 1, taps * pixels));
        seen = seen.Reshape(new Shape(batch, groups, channels / groups * taps, pixels));
        Tensor product = weight.Reshape(new Shape(groups, outputs / groups, channels / groups * taps)).MatMul(seen).Reshape(new Shape(batch, outputs, rows, columns));
        return node.OptionalTensor(3) is { } bias ? product + bias.Reshape(Shapings.Across(4, bias.Shape.Count)) : product;

        Tap[] Side(int side, int extent, Func<int, int, float> unmoved)
        {
            Tensor start = Tensor.Constant(Fillings.Affordable(node, new Shape(1, taps * pixels)), [.. Enumerable.Range(0, taps * pixels).Select(i => unmoved(i / pixels, i % pixels))]);
            Tensor at = start + moved.Slice(2, side, 1).Reshape(new Shape(batch * shifted, taps * pixels));
            return new SampledAxis(extent, Outside.Zeros).Taps(at, "linear")!;
        }
    }
}
