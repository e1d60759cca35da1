namespace Phosphene.Differential.Tests.Operators;

/// <summary>Changes of size.</summary>
internal static class Resamplings
{
    public static readonly Entry[] Entries =
    [
        new("Upsample", 7, Upsample, 9), new("Upsample", 7, Upsample, 9),
        new("Resize", 10, EarlyResize, 10), new("Resize", 10, EarlyResize, 10),
        .. Enumerable.Repeat(new Entry("Resize", 11, Resize), 4),
    ];

    private static readonly float[] Growing = [1, 2, 3, 1.2f, 1.25f, 1.4f, 1.5f, 2.5f], All = [.. Growing, 0.5f, 0.6f, 0.75f, 0.8f];

    // A scale that changes the extent: where it does not and is not 1, ONNX Runtime copies, and the operator's text does not.
    private static float Scale(Growth g, int extent, float[] of, bool whole = false) =>
        g.One([.. of.Where(scale => scale == 1 || ((int)(scale * extent) is var output && output > 0 && output != extent && (!whole || scale > 1 || output == scale * extent)))]);

    private static float[] Scales(Growth g, Value x, float[] of) => [1, 1, Scale(g, x.Shape[2], of), Scale(g, x.Shape[3], of)];

    private static void Upsample(Growth g)
    {
        Value x = g.Image(2);
        string mode = g.One("nearest", "linear");
        float[] scales = Scales(g, x, Growing);
        if (g.Opset < 9) g.Node("Upsample", [x], ("mode", mode), ("scales", scales));
        else g.Node("Upsample", [x, g.Known(Real(scales))], ("mode", mode));
    }

    // Which pixel is the nearest was not said yet: ONNX Runtime takes the next one where it shrinks, Phosphene the one before, as PyTorch means it.
    private static void EarlyResize(Growth g)
    {
        Value x = g.Image(2);
        float[] scales = Scales(g, x, All);
        g.Node("Resize", [x, g.Known(Real(scales))], ("mode", scales.Any(scale => scale < 1) ? "linear" : g.One("nearest", "linear")));
    }

    // X, roi, scales, sizes: scales or sizes. Axes, antialias and the policies came with operator set 18, half_pixel_symmetric with 19.
    private static void Resize(Growth g)
    {
        int sides = g.One(1, 2, 2, 2, 2, 3);
        Value x = g.Image(sides);
        string mode = g.One("nearest", "nearest", "linear", "linear", "cubic");
        string? place = g.Maybe(g.One(["half_pixel", "asymmetric", "align_corners", "pytorch_half_pixel", .. g.Opset >= 19 ? ["half_pixel_symmetric"] : Array.Empty<string>()])) as string;
        // Where align_corners shrinks to a fraction of a pixel, ONNX's own test data keeps it in the distance between samples, and ONNX Runtime does not.
        bool sized = g.Chance(0.5), chosen = g.Opset >= 18 && g.Chance(0.3);
        bool smooth = g.Opset >= 18 && mode != "nearest" && place is null or "half_pixel" or "asymmetric" && g.Chance(0.2);
        int from = chosen ? 2 : 0;
        long[]? axes = chosen ? [.. Enumerable.Range(2, sides).Select(axis => g.Chance(0.3) ? axis - x.Rank : (long)axis)] : null;
        float[] scales = [.. chosen ? [] : new float[] { 1, 1 }, .. x.Shape.Skip(2).Select(extent => Scale(g, extent, All, whole: place == "align_corners"))];
        long[] sizes = [.. x.Shape.Skip(from).Select((extent, i) => from + i < 2 ? extent : (long)g.Int(1, 14))];
        Value? roi = g.Opset < 13 ? g.Known(Numbers.Of([0])) : null;
        if (mode == "linear" && sized && !smooth && g.Chance(0.3)) (place, roi) = ("tf_crop_and_resize", g.Known(Real(Region(g, x.Shape[from..], sizes))));
        g.Node("Resize", sized ? [x, roi, g.Opset < 13 ? g.Known(Numbers.Of([0])) : null, g.Known(sizes)] : [x, roi, g.Known(Real(scales))],
            ("mode", mode), ("coordinate_transformation_mode", place), ("axes", axes),
            ("nearest_mode", mode == "nearest" ? g.Maybe(g.One("round_prefer_floor", "round_prefer_ceil", "floor", "ceil")) : null),
            ("cubic_coeff_a", mode == "cubic" && g.Chance(0.4) ? g.One(-0.5f, -0.75f) : null), ("exclude_outside", mode == "cubic" && g.Chance(0.3) ? 1 : null),
            ("antialias", smooth ? 1 : null), ("extrapolation_value", place == "tf_crop_and_resize" ? g.Maybe(g.Float(-2, 2)) : null),
            // ONNX Runtime reads the policy's axes amiss where they count from the end.
            ("keep_aspect_ratio_policy", sized && g.Opset >= 18 && axes?.Any(axis => axis < 0) != true && place is not ("align_corners" or "tf_crop_and_resize") && g.Chance(0.3) ? g.One("stretch", "not_larger", "not_smaller") : null));
    }

    // Where a part of the image begins, for each axis, and then where it ends; it may reach beyond the image. An axis that keeps its size is taken whole, as
    // ONNX Runtime does with it in any case. (Nor does it crop where scales are given, or tell what lies outside from the nearest pixel inside.)
    private static float[] Region(Growth g, int[] extents, long[] sizes) =>
    [
        .. extents.Select((extent, i) => extent == sizes[i] ? 0 : g.Float(-0.2, 0.4)),
        .. extents.Select((extent, i) => extent == sizes[i] ? 1 : g.Float(0.6, 1.3)),
    ];

    private static Numbers Real(float[] values) => Numbers.Of([values.Length], [.. values.Select(value => (double)value)]);
}
