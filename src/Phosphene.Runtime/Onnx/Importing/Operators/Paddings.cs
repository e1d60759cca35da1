using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Borders around tensors.</summary>
internal static class Paddings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Pad", 1, 1, 4, Pad),
        OnnxOperator.Of("CenterCropPad", 18, 2, CenterCropPad),
    ];

    // All counts before, then all after, of the axes listed (since 18) or of all. A negative count cuts. Mode wrap exists since 19.
    private static Tensor Pad(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        (ImmutableArray<int> before, ImmutableArray<int> after) = Counts(node, x.Shape);
        float value = node.OptionalScalar(2) ?? 0;
        string mode = node.Text("mode", "constant");
        for (int axis = 0; axis < x.Shape.Rank; axis++)
        {
            int low = Math.Max(0, -before[axis]), high = Math.Max(0, -after[axis]);
            if (low + high > 0) x = x.Slice(axis, low, x.Shape[axis] - low - high);
        }
        ImmutableArray<int> starts = [.. before.Select(count => Math.Max(0, count))], ends = [.. after.Select(count => Math.Max(0, count))];
        if (starts.All(pad => pad == 0) && ends.All(pad => pad == 0)) return x;
        return mode switch
        {
            "constant" => new Tensor(new Pad(starts, ends, PadMode.Constant, value), x),
            "reflect" => new Tensor(new Pad(starts, ends, PadMode.Reflect), x),
            "edge" => new Tensor(new Pad(starts, ends, PadMode.Edge), x),
            "wrap" when node.Opset >= 19 => Wrapped(x, starts, ends),
            _ => throw node.Malformed($"has mode = {Printable.Quote(mode)}, where constant, reflect, edge or (since operator set 19) wrap is expected"),
        };
    }

    // The middle of each axis listed, or zeros around it; an odd one is cut or added after.
    private static Tensor CenterCropPad(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        ImmutableArray<long> extents = node.Integers(1), axes = node.Integers("axes") ?? [.. Enumerable.Range(0, x.Shape.Rank)];
        if (extents.Length != axes.Length || extents.Any(extent => extent is < 1 or > ImportNode.LargestExtent))
            throw node.Mismatch($"has the shape {ImportNode.List(extents)} for {axes.Length} axes of {x.Shape}");
        int[] before = new int[x.Shape.Rank], after = new int[x.Shape.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], x.Shape.Rank), more = (int)extents[i] - x.Shape[axis];
            if (more < 0) x = x.Slice(axis, -more / 2, (int)extents[i]);
            else (before[axis], after[axis]) = (more / 2, more - more / 2);
        }
        Fillings.Affordable(node, new Shape([.. x.Shape.Select((extent, axis) => extent + before[axis] + after[axis])]));
        return before.Concat(after).All(pad => pad == 0) ? x : new Tensor(new Pad([.. before], [.. after]), x);
    }

    private static (ImmutableArray<int> Before, ImmutableArray<int> After) Counts(ImportNode node, Shape x)
    {
        ImmutableArray<long> pads = node.OptionalIntegers(1) ?? throw node.Malformed("has no pads, which it needs");
        ImmutableArray<long> axes = node.OptionalIntegers(3) ?? [.. Enumerable.Range(0, x.Rank)];
        if (pads.Length != 2 * axes.Length) throw node.Mismatch($"has {pads.Length} pads, where its input {x} needs {2 * axes.Length}");
        if (pads.Any(pad => pad is < -ImportNode.LargestExtent or > ImportNode.LargestExtent))
            throw node.Malformed($"has pads {ImportNode.List(pads)}, where numbers up to {ImportNode.LargestExtent} are expected");
        int[] before = new int[x.Rank], after = new int[x.Rank];
        for (int i = 0; i < axes.Length; i++)
        {
            int axis = node.Axis(axes[i], x.Rank);
            (before[axis], after[axis]) = ((int)pads[i], (int)pads[axes.Length + i]);
        }
        Fillings.Affordable(node, new Shape([.. x.Select((extent, axis) => Math.Max(0, extent + before[axis] + after[axis]))]));
        return ([.. before], [.. after]);
    }

    // The tensor again and again: b c | a b c | a b.
    private static Tensor Wrapped(Tensor x, ImmutableArray<int> before, ImmutableArray<int> after)
    {
        for (int axis = 0; axis < x.Shape.Rank; axis++)
        {
            int extent = x.Shape[axis];
            if (before[axis] + after[axis] > 0)
                x = x.Pick(axis, [.. Enumerable.Range(-before[axis], before[axis] + extent + after[axis]).Select(i => (i % extent + extent) % extent)]);
        }
        return x;
    }
}
