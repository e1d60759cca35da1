using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Changes of size: nearest-neighbour upsampling by whole factors.</summary>
internal static class Resamplings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Resize", 10, 2, 4, Resize),
        OnnxOperator.Of("Upsample", 7, 1, 2, Upsample),
    ];

    // Scales are an attribute in 7 and an input in 9; with 10 Resize took over.
    private static Tensor Upsample(ImportNode node)
    {
        Tensor x = node.Image(0);
        RequireNearest(node);
        return Upsampled(node, x, Factors(node, x.Shape, [.. node.Constant(1).Values.Span]));
    }

    // 10: X, scales. From 11 on: X, roi, scales, sizes, of which the last or the last but one is empty.
    private static Tensor Resize(ImportNode node)
    {
        Tensor x = node.Image(0);
        RequireNearest(node);
        bool early = node.Opset < 11;
        string place = early ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel");
        string nearest = early ? "floor" : node.Text("nearest_mode", "round_prefer_floor");
        node.Accept("cubic_coeff_a", "exclude_outside", "extrapolation_value");      // of other modes
        int scaling = early ? 1 : 2;
        bool scaled = node.Has(scaling) && node.Constant(scaling).Values.Length > 0;
        int[] factors = scaled ? Factors(node, x.Shape, [.. node.Constant(scaling).Values.Span])
            : node.Has(3) ? Factors(node, x.Shape, [.. node.Integers(3).Select((size, axis) => axis < 4 && x.Shape[axis] > 0 ? (float)size / x.Shape[axis] : 0)])
            : throw node.Malformed("has neither scales nor sizes");
        for (int side = 0; side < 2; side++)
        {
            int extent = x.Shape[2 + side], factor = factors[side];
            if (Enumerable.Range(0, extent * factor).Any(i => Source(node, i, extent, factor, place, nearest) != i / factor))
                throw node.Unsupported(
                    $"reads other pixels (coordinate_transformation_mode {Printable.Escape(place)}, nearest_mode {Printable.Escape(nearest)}) than plain repetition by {factor}; " +
                    "only repetition (asymmetric, floor) is supported");
        }
        return Upsampled(node, x, factors);
    }

    private static void RequireNearest(ImportNode node)
    {
        string mode = node.Text("mode", "nearest");
        if (mode != "nearest") throw node.Unsupported($"resizes in mode {Printable.Quote(mode)}; only 'nearest' is supported");
    }

    private static int[] Factors(ImportNode node, Shape x, float[] scales)
    {
        string given = string.Join(", ", scales);
        if (scales.Length != 4) throw node.Mismatch($"has {scales.Length} scales [{given}], where its input {x} needs 4");
        if (scales[0] != 1 || scales[1] != 1 || scales.Any(scale => scale < 1 || scale != MathF.Floor(scale) || scale > ImportNode.LargestExtent))
            throw node.Unsupported($"scales its input {x} by [{given}]; only whole factors of height and width are supported");
        return [(int)scales[2], (int)scales[3]];
    }

    // Which pixel of an axis output i reads. Source: ONNX operator Resize-11 to 13.
    private static int Source(ImportNode node, int i, int extent, int factor, string place, string nearest)
    {
        double at = place switch
        {
            "asymmetric" => (double)i / factor,
            "half_pixel" => (i + 0.5) / factor - 0.5,
            "pytorch_half_pixel" => extent * factor > 1 ? (i + 0.5) / factor - 0.5 : 0,
            "align_corners" => extent * factor > 1 ? i * (extent - 1.0) / (extent * factor - 1.0) : 0,
            _ => throw node.Unsupported($"has coordinate_transformation_mode = {Printable.Quote(place)}; only plain repetition (asymmetric, floor) is supported"),
        };
        double rounded = nearest switch
        {
            "floor" => Math.Floor(at),
            "ceil" => Math.Ceiling(at),
            "round_prefer_floor" => Math.Ceiling(at - 0.5),
            "round_prefer_ceil" => Math.Floor(at + 0.5),
            _ => throw node.Malformed($"has nearest_mode = {Printable.Quote(nearest)}, where floor, ceil, round_prefer_floor or round_prefer_ceil is expected"),
        };
        return (int)Math.Clamp(rounded, 0, extent - 1);
    }

    private static Tensor Upsampled(ImportNode node, Tensor x, int[] factors)
    {
        if (!node.Budget.TryFill(new Shape(x.Shape.Batch, x.Shape.Channels, checked(x.Shape.Height * factors[0]), checked(x.Shape.Width * factors[1])).Count))
            throw node.Unsupported($"makes an image of {factors[0]} x {factors[1]} times the size of {x.Shape}, which is too large");
        return factors is [1, 1] ? x : new Tensor(new Upsample2D(factors[0], factors[1]), x);
    }
}
