using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Changes of shape that keep all elements, joins, and padding.</summary>
internal static class Shapings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("Flatten", 1, 1, Flatten),
        OnnxOperator.Value("Reshape", 5, 2, 2, Reshape),
        OnnxOperator.Value("Squeeze", 1, 1, 2, Squeeze),
        OnnxOperator.Value("Unsqueeze", 1, 1, 2, Unsqueeze),
        OnnxOperator.Of("Transpose", 1, 1, Transpose),
        OnnxOperator.Of("Expand", 8, 2, Expand),
        OnnxOperator.Value("Concat", 4, 1, OnnxOperator.Any, Concat),
        OnnxOperator.Of("Pad", 2, 1, 3, Pad),
    ];

    // The axes before the given one make the rows, those from it on the columns; axis may be the rank itself.
    private static Tensor Flatten(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        int rank = x.Shape.Rank;
        long axis = node.Integer("axis", 1);
        if (axis < -rank || axis > rank) throw node.Mismatch($"flattens at axis {axis}, which an input {x.Shape} does not have");
        int at = (int)(axis < 0 ? axis + rank : axis);
        return x.Reshape(new Shape(x.Shape.CountOf(0, at), x.Shape.CountOf(at, rank)));
    }

    // 0 keeps the input's extent (unless allowzero, since 14); -1 takes what is left.
    private static ImportedValue Reshape(ImportNode node)
    {
        Shape from = ShapeOf(node.Value(0));
        ImmutableArray<long> wanted = node.Integers(1);
        bool zeros = node.Opset >= 14 && node.Flag("allowzero");
        var extents = new long[wanted.Length];
        int open = -1;
        long count = 1;
        for (int i = 0; i < extents.Length; i++)
        {
            if (wanted[i] == -1)
            {
                if (open >= 0) throw node.Malformed("has two extents of -1, where one is allowed");
                open = i;
                continue;
            }
            bool kept = wanted[i] == 0 && !zeros;
            if (kept && i >= from.Rank) throw node.Mismatch($"keeps axis {i}, which its input {from} does not have");
            extents[i] = kept ? from[i] : wanted[i];
            if (extents[i] is >= 0 and <= int.MaxValue) count = Math.Min(count * extents[i], int.MaxValue + 1L);   // others fail in ToShape
        }
        if (open >= 0 && (count == 0 || from.Count % count != 0))
            throw node.Mismatch($"to {ImportNode.List(wanted)} does not divide its input {from} of {from.Count} elements");
        if (open >= 0) extents[open] = from.Count / count;
        return Reshaped(node, node.Value(0), Constants.ToShape(node, [.. extents]));
    }

    // Without axes, all extents of 1 go. Axes are an attribute until 12, then an input.
    private static ImportedValue Squeeze(ImportNode node)
    {
        Shape from = ShapeOf(node.Value(0));
        ImmutableArray<int> axes = node.OptionalIntegers(1) is { } given
            ? node.Axes(given, from.Rank)
            : [.. Enumerable.Range(0, from.Rank).Where(axis => from[axis] == 1)];
        foreach (int axis in axes)
            if (from[axis] != 1) throw node.Mismatch($"drops axis {axis} of {from}, whose extent is not 1");
        return Reshaped(node, node.Value(0), Without(from, axes));
    }

    /// <summary>A shape less some of its axes.</summary>
    public static Shape Without(Shape shape, ImmutableArray<int> axes) =>
        new([.. Enumerable.Range(0, shape.Rank).Where(axis => !axes.Contains(axis)).Select(axis => shape[axis])]);

    // The axes are those of the result.
    private static ImportedValue Unsqueeze(ImportNode node)
    {
        Shape from = ShapeOf(node.Value(0));
        ImmutableArray<long> given = node.OptionalIntegers(1) ?? throw node.Malformed("has no axes, which it needs");
        int rank = from.Rank + given.Length;
        if (rank > Limits.Rank) throw node.Unsupported($"makes a tensor of rank {rank}, where at most {Limits.Rank} is supported");
        ImmutableArray<int> axes = node.Axes(given, rank);
        int next = 0;
        var extents = new int[rank];
        for (int axis = 0; axis < rank; axis++) extents[axis] = axes.Contains(axis) ? 1 : from[next++];
        return Reshaped(node, node.Value(0), new Shape(extents));
    }

    private static Tensor Transpose(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        ImmutableArray<long> order = node.Integers("perm") ?? [.. Enumerable.Range(0, x.Shape.Rank).Reverse().Select(axis => (long)axis)];
        return x.Transpose([.. order.Select(axis => node.Axis(axis, x.Shape.Rank))]);
    }

    // Broadcasting in both directions: the shape may have extents of 1 where the input has more.
    private static Tensor Expand(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        return x.BroadcastTo(Shape.Broadcast(x.Shape, Constants.ToShape(node, node.Integers(1))));
    }

    private static ImportedValue Concat(ImportNode node)
    {
        long axis = node.Integer("axis") ?? throw node.Malformed("has no axis, which it needs");
        var parts = Enumerable.Range(0, node.InputCount).ToArray();
        if (parts.All(i => node.Value(i) is IntegerValue { Shape.Rank: 1 }))
        {
            node.Axis(axis, 1);
            long total = parts.Sum(i => (long)node.Integers(i).Length);
            Constants.Known(node, new Shape(checked((int)total)));
            return IntegerValue.Vector([.. parts.SelectMany(i => node.Integers(i))]);
        }
        return new TensorValue(Tensor.Concat(node.Axis(axis, node.Tensor(0).Shape.Rank), [.. parts.Select(node.Tensor)]));
    }

    // Attributes until 10, inputs from 11 on: all counts before, then all after. A negative count cuts.
    private static Tensor Pad(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        ImmutableArray<long> pads = node.OptionalIntegers(1) ?? throw node.Malformed("has no pads, which it needs");
        float value = node.OptionalScalar(2) ?? 0;
        string name = node.Text("mode", "constant");
        PadMode mode = name switch
        {
            "constant" => PadMode.Constant,
            "reflect" => PadMode.Reflect,
            "edge" => PadMode.Edge,
            _ => throw node.Malformed($"has mode = {Printable.Quote(name)}, where constant, reflect or edge is expected"),
        };

        int rank = x.Shape.Rank;
        if (pads.Length != 2 * rank) throw node.Mismatch($"has {pads.Length} pads, where its input {x.Shape} needs {2 * rank}");
        if (pads.Any(pad => pad is < -ImportNode.LargestExtent or > ImportNode.LargestExtent))
            throw node.Malformed($"has pads {ImportNode.List(pads)}, where numbers up to {ImportNode.LargestExtent} are expected");
        if (mode != PadMode.Constant && pads.Any(pad => pad < 0))
            throw node.Unsupported($"cuts (pads {ImportNode.List(pads)}) in mode {name}; only mode constant may cut");
        for (int axis = 0; axis < rank; axis++)
        {
            int before = Added(-pads[axis]), after = Added(-pads[rank + axis]);
            x = x.Slice(axis, before, x.Shape[axis] - before - after);
        }
        ImmutableArray<int> starts = [.. pads.Take(rank).Select(Added)], ends = [.. pads.Skip(rank).Select(Added)];
        if (starts.All(pad => pad == 0) && ends.All(pad => pad == 0)) return x;
        return new Tensor(new Pad(starts, ends, mode, mode == PadMode.Constant ? value : 0), x);
    }

    private static int Added(long pad) => (int)Math.Max(0, pad);

    private static Shape ShapeOf(ImportedValue value) => value is IntegerValue integers ? integers.Shape : ((TensorValue)value).Tensor.Shape;

    // A constant stays one, over the same memory.
    private static ImportedValue Reshaped(ImportNode node, ImportedValue value, Shape shape) => value switch
    {
        IntegerValue integers when integers.Shape.Count == shape.Count => integers with { Shape = shape },
        TensorValue { Tensor: { Operator: Constant constant } tensor } when tensor.Shape != shape && tensor.Shape.Count == shape.Count =>
            new TensorValue(new Tensor(new Constant(shape, constant.Values))),
        TensorValue { Tensor: var tensor } => new TensorValue(tensor.Reshape(shape)),
        _ => throw node.Mismatch($"from {ShapeOf(value)} to {shape} changes the number of elements"),
    };
}
