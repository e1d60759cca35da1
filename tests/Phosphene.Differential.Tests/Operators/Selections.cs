using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests.Operators;

/// <summary>Parts of tensors, at positions known at import.</summary>
internal static class Selections
{
    public static readonly Entry[] Entries =
    [
        new("Slice", 7, Slice), new("Slice", 7, Slice),
        new("Split", 7, Split),
        new("Gather", 7, Gather),
        new("Compress", 9, Compress),
        new("ReverseSequence", 10, ReverseSequence),
    ];

    // Attributes until operator set 9; then inputs, with steps. Positions may count from the end or lie beyond it.
    private static void Slice(Growth g)
    {
        Value x = g.Any(value => value.Rank > 0);
        long[] axes = g.Axes(x.Rank, g.Int(1, x.Rank));
        var starts = new long[axes.Length];
        var ends = new long[axes.Length];
        var steps = new long[axes.Length];
        for (int i = 0; i < axes.Length; i++)
        {
            int extent = x.Shape[(int)(axes[i] < 0 ? axes[i] + x.Rank : axes[i])];
            int start = g.Int(0, extent - 1), end = g.Int(start + 1, extent);
            (starts[i], ends[i], steps[i]) = (start, end, g.Chance(0.7) ? 1 : g.Int(2, 3));
            if (g.Opset >= 10 && g.Chance(0.2)) (starts[i], ends[i], steps[i]) = (end - 1, start == 0 ? -extent - 1 : start - 1, -steps[i]);
            else if (g.Chance(0.2) && end < extent) ends[i] -= extent;
            else if (g.Chance(0.2)) ends[i] = g.One(int.MaxValue, long.MaxValue, extent + 3);
            if (start > 0 && starts[i] == start && g.Chance(0.2)) starts[i] -= extent;
        }
        bool all = axes.SequenceEqual(Enumerable.Range(0, axes.Length).Select(axis => (long)axis)) && g.Chance(0.7);
        if (g.Opset < 10) g.Node("Slice", [x], ("starts", starts), ("ends", ends), ("axes", all ? null : axes));
        else
        {
            bool stepless = steps.All(step => step == 1) && g.Chance(0.6);
            g.Node("Slice", [x, g.Known(starts), g.Known(ends), all ? null : g.Known(axes), stepless ? null : g.Known(steps)]);
        }
    }

    // Lengths were an attribute until operator set 12; num_outputs came with 18.
    private static void Split(Growth g)
    {
        Value x = g.Real(value => value.Shape.Any(extent => extent > 1), () => [.. g.Extents(g.Int(1, 3)), g.Int(2, 9)]);
        int at = g.One([.. Enumerable.Range(0, x.Rank).Where(axis => x.Shape[axis] > 1)]), extent = x.Shape[at], count = g.Int(1, Math.Min(4, extent));
        long axis = g.Opset >= 11 && g.Chance(0.3) ? at - x.Rank : at;
        bool even = extent % count == 0 && g.Chance(0.5);
        if (even) g.Nodes("Split", [x], count, ("axis", axis), ("num_outputs", g.Opset >= 18 ? count : null));
        else if (g.Opset >= 18 && (extent + count - 1) / count * (count - 1) < extent && g.Chance(0.3)) g.Nodes("Split", [x], count, ("axis", axis), ("num_outputs", count));
        else
        {
            long[] lengths = [.. Enumerable.Repeat(1L, count)];
            for (int left = extent - count; left > 0; left--) lengths[g.Int(0, count - 1)]++;
            if (g.Opset < 13) g.Nodes("Split", [x], count, ("axis", axis), ("split", lengths));
            else g.Nodes("Split", [x, g.Known(lengths)], count, ("axis", axis));
        }
    }

    private static void Gather(Growth g)
    {
        Value x = g.Any(value => value.Rank is > 0 and <= 4);
        long axis = g.Axis(x.Rank);
        int extent = x.Shape[(int)(axis < 0 ? axis + x.Rank : axis)];
        Numbers indices = g.Integers(g.One<int[]>([], [1], [3], [2, 2]), g.Opset >= 11 ? -extent : 0, extent - 1);
        if (g.Chance(0.3)) indices = indices with { Type = TensorElementType.Int32 };
        g.Node("Gather", [x, g.Known(indices)], ("axis", axis == 0 && g.Chance(0.5) ? null : axis));
    }

    private static void Compress(Growth g)
    {
        Value x = g.OfRank(1, 5);
        long? axis = g.Chance(0.7) ? g.Axis(x.Rank) : null;
        int extent = axis is null ? x.Count : x.Shape[(int)(axis < 0 ? axis + x.Rank : axis)];
        g.Node("Compress", [x, g.Known(g.Truths([g.Int(1, extent)]))], ("axis", axis));
    }

    private static void ReverseSequence(Growth g)
    {
        Value x = g.OfRank(2, 4);
        int batch = g.Int(0, 1);
        g.Node("ReverseSequence", [x, g.Known(g.Integers([x.Shape[batch]], 1, x.Shape[1 - batch]))],
            ("batch_axis", batch == 1 && g.Chance(0.5) ? null : batch), ("time_axis", batch == 1 && g.Chance(0.5) ? null : 1 - batch));
    }
}
