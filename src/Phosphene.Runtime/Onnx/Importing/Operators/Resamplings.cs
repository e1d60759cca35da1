using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Changes of size. Every mode is linear in the input, axis by axis: a sparse matrix for each (<see cref="ResizeAxis"/>).</summary>
internal static class Resamplings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Resize", 10, 1, 4, Resize),
        OnnxOperator.Of("Upsample", 7, 1, 2, Upsample),
    ];

    private static Tensor Upsample(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        string mode = node.Text("mode", "nearest");
        ResizeAxis[] axes = Scaled(node, x.Shape, [.. node.Constant(1).Values.Span], AllAxes(x), new float[2 * x.Shape.Rank], cropped: false);
        return Resized(node, x, axes, new ResizeRule(mode is "bilinear" ? "linear" : mode, "asymmetric", "floor"), 0);
    }

    // 10: X, scales. From 11 on: X, roi, scales, sizes, of which the last or the last but one is empty.
    private static Tensor Resize(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        bool early = node.Opset < 11;
        ResizeRule rule = new(node.Text("mode", "nearest"), early ? "asymmetric" : node.Text("coordinate_transformation_mode", "half_pixel"),
            early ? "floor" : node.Text("nearest_mode", "round_prefer_floor"), node.Real("cubic_coeff_a", -0.75f), node.Flag("exclude_outside"), node.Flag("antialias"));
        int[] chosen = node.Integers("axes") is { } given ? [.. given.Select(axis => node.Axis(axis, x.Shape.Rank))] : AllAxes(x);
        int scaling = early ? 1 : 2;
        bool cropped = rule.Place == "tf_crop_and_resize";
        float[] roi = cropped && node.Has(1) ? [.. node.Constant(1).Values.Span] : [.. new float[chosen.Length], .. Enumerable.Repeat(1f, chosen.Length)];
        if (roi.Length != 2 * chosen.Length) throw node.Mismatch($"has {roi.Length} numbers as its region, where {2 * chosen.Length} are expected");
        ResizeAxis[] axes = node.Has(scaling) && node.Constant(scaling).Values.Length > 0
            ? Scaled(node, x.Shape, [.. node.Constant(scaling).Values.Span], chosen, roi, cropped)
            : node.Has(3) ? Sized(node, x.Shape, node.Integers(3), chosen, roi) : throw node.Malformed("has neither scales nor sizes");
        return Resized(node, x, axes, rule, node.Real("extrapolation_value", 0));
    }

    private static int[] AllAxes(Tensor x) => [.. Enumerable.Range(0, x.Shape.Rank)];

    private static ResizeAxis[] Scaled(ImportNode node, Shape x, float[] scales, int[] axes, float[] roi, bool cropped)
    {
        string given = string.Join(", ", scales.Take(16));
        if (scales.Length != axes.Length) throw node.Mismatch($"has {scales.Length} scales [{given}], where its input {x} needs {axes.Length}");
        if (scales.Any(scale => scale <= 0 || scale > ImportNode.LargestExtent)) throw node.Malformed($"scales by [{given}], where numbers above 0 are expected");
        return [.. axes.Select((axis, i) =>
        {
            float part = cropped ? roi[axes.Length + i] - roi[i] : 1;
            return new ResizeAxis(axis, x[axis], checked((int)MathF.Floor(x[axis] * part * scales[i])), scales[i], false, roi[i], roi[axes.Length + i]);
        })];
    }

    private static ResizeAxis[] Sized(ImportNode node, Shape x, ImmutableArray<long> sizes, int[] axes, float[] roi)
    {
        if (sizes.Length != axes.Length) throw node.Mismatch($"has {sizes.Length} sizes, where its input {x} needs {axes.Length}");
        if (sizes.Any(size => size is < 1 or > ImportNode.LargestExtent)) throw node.Malformed($"has sizes {ImportNode.List(sizes)}, where numbers from 1 are expected");
        float[] scales = [.. axes.Select((axis, i) => sizes[i] / (float)x[axis])];
        string policy = node.Text("keep_aspect_ratio_policy", "stretch");
        if (policy != "stretch")
        {
            float scale = policy switch
            {
                "not_larger" => scales.Min(),
                "not_smaller" => scales.Max(),
                _ => throw node.Malformed($"has keep_aspect_ratio_policy = {Printable.Quote(policy)}, where stretch, not_larger or not_smaller is expected"),
            };
            sizes = [.. axes.Select(axis => (long)MathF.Floor(scale * x[axis] + 0.5f))];
            Array.Fill(scales, scale);
        }
        return [.. axes.Select((axis, i) => new ResizeAxis(axis, x[axis], checked((int)sizes[i]), scales[i], policy == "stretch", roi[i], roi[axes.Length + i]))];
    }

    private static Tensor Resized(ImportNode node, Tensor x, ResizeAxis[] axes, ResizeRule rule, float outside)
    {
        Shape shape = x.Shape;
        foreach (ResizeAxis axis in axes)
        {
            if (axis.Output < 1 || axis.Extent < 1) throw node.Mismatch($"makes an empty axis {axis.Axis} of {x.Shape}");
            shape = shape.With(axis.Axis, axis.Output);
        }
        Fillings.Affordable(node, shape);
        if (Repetition(x, axes, rule) is { } repeated) return repeated;
        Tensor? inside = null;
        foreach (ResizeAxis axis in axes)
        {
            if (axis.IsIdentity(rule)) continue;
            (int Column, float Weight)[][] taps = [.. Enumerable.Range(0, axis.Output).Select(i => axis.Taps(i, rule) ?? throw node.Malformed(rule.Unknown))];
            x = x.Times(SparseMatrix.Of(axis.Extent, taps), axis.Axis);
            if (outside == 0 || taps.All(row => row.Length > 0)) continue;
            Tensor here = Tensor.Counting(axis.Output, axis.Axis, shape.Rank);
            here = Tensor.Constant(here.Shape, [.. taps.Select(row => row.Length > 0 ? 1f : 0)]);
            inside = inside is null ? here : inside * here;
        }
        return inside is null ? x : x + outside * (1f - inside);
    }

    // Plain repetition of the pixels of an image has a kernel of its own.
    private static Tensor? Repetition(Tensor x, ResizeAxis[] axes, ResizeRule rule)
    {
        if (x.Shape.Rank != 4 || rule.Mode != "nearest" || axes.Any(axis => axis.Output % axis.Extent != 0)) return null;
        int[] factors = [1, 1, 1, 1];
        foreach (ResizeAxis axis in axes)
        {
            int factor = factors[axis.Axis] = axis.Output / axis.Extent;
            if (Enumerable.Range(0, axis.Output).Any(i => axis.Taps(i, rule) is not [(var column, 1)] || column != i / factor)) return null;
        }
        if (factors[0] != 1 || factors[1] != 1) return null;
        return factors[2] == 1 && factors[3] == 1 ? x : new Tensor(new Upsample2D(factors[2], factors[3]), x);
    }
}
