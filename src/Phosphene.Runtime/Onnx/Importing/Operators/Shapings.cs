using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Changes of shape that keep all elements, repetition, and joins.</summary>
internal static class Shapings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Value("Flatten", 1, 1, 1, Flatten),
        OnnxOperator.Value("Reshape", 1, 2, 2, Reshape),
        OnnxOperator.Value("Squeeze", 1, 1, 2, Squeeze),
        OnnxOperator.Value("Unsqueeze", 1, 1, 2, Unsqueeze),
        OnnxOperator.Of("Transpose", 1, 1, Transpose),
        OnnxOperator.Of("Expand", 8, 2, Expand),
        OnnxOperator.Of("Tile", 6, 2, Tile),
        OnnxOperator.Value("Concat", 1, 1, OnnxOperator.Any, Concat),
        OnnxOperator.Of("DepthToSpace", 1, 1, DepthToSpace),
        OnnxOperator.Of("SpaceToDepth", 1, 1, SpaceToDepth),
    ];

    // The axes before the given one make the rows, those from it on the columns; axis may be the rank itself.
    private static ImportedValue Flatten(ImportNode node)
    {
        Shape from = node.ShapeOf(0);
        int rank = from.Rank;
        long axis = node.Integer("axis", 1);
        if (axis < -rank || axis > rank) throw node.Mismatch($"flattens at axis {axis}, which an input {from} does not have");
        int at = (int)(axis < 0 ? axis + rank : axis);
        return Reshaped(node, node.Value(0), new Shape(from.CountOf(0, at), from.CountOf(at, rank)));
    }

    // 0 keeps the input's extent (unless allowzero, since 14); -1 takes what is left.
    private static ImportedValue Reshape(ImportNode node)
    {
        Shape from = node.ShapeOf(0);
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
        Shape from = node.ShapeOf(0);
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
        Shape from = node.ShapeOf(0);
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
        Tensor x = node.AnyTensor(0);
        ImmutableArray<long> order = node.Integers("perm") ?? [.. Enumerable.Range(0, x.Shape.Rank).Reverse().Select(axis => (long)axis)];
        return x.Transpose([.. order.Select(axis => node.Axis(axis, x.Shape.Rank))]);
    }

    // Broadcasting in both directions: the shape may have extents of 1 where the input has more.
    private static Tensor Expand(ImportNode node)
    {
        Tensor x = node.AnyTensor(0);
        return x.BroadcastTo(Fillings.Affordable(node, Shape.Broadcast(x.Shape, Constants.ToShape(node, node.Integers(1)))));
    }

    // Each axis so often: [a, b] stands as [1, a, 1, b], is repeated to [r, a, s, b] and is then [r·a, s·b].
    private static Tensor Tile(ImportNode node)
    {
        Tensor x = node.AnyTensor(0);
        ImmutableArray<long> repeats = node.Integers(1);
        if (repeats.Length != x.Shape.Rank) throw node.Mismatch($"has {repeats.Length} repeats, where its input {x.Shape} needs {x.Shape.Rank}");
        Shape tiled = Fillings.Affordable(node, Constants.ToShape(node, [.. repeats.Select((count, axis) => checked(Math.Max(count, -1) * x.Shape[axis]))]));
        if (tiled == x.Shape) return x;
        Shape apart = new([.. x.Shape.SelectMany(extent => new[] { 1, extent })]);
        Shape repeated = new([.. x.Shape.SelectMany((extent, axis) => new[] { (int)repeats[axis], extent })]);
        return x.Reshape(apart).BroadcastTo(repeated).Reshape(tiled);
    }

    // Cells of b × b pixels from b² channels: in mode DCR the cell's place is the outer part of the channel's number, in CRD the inner.
    private static Tensor DepthToSpace(ImportNode node)
    {
        (Tensor x, int b) = InBlocks(node);
        (int n, int c, int h, int w) = (x.Shape.Batch, x.Shape.Channels / (b * b), x.Shape.Height, x.Shape.Width);
        if (c * b * b != x.Shape.Channels) throw node.Mismatch($"needs a multiple of {b * b} channels, its input is {x.Shape}");
        Tensor pixels = node.Text("mode", "DCR") switch
        {
            "DCR" => x.Reshape(new Shape(n, b, b, c, h, w)).Transpose(0, 3, 4, 1, 5, 2),
            "CRD" => x.Reshape(new Shape(n, c, b, b, h, w)).Transpose(0, 1, 4, 2, 5, 3),
            string other => throw node.Malformed($"has mode = {Printable.Quote(other)}, where DCR or CRD is expected"),
        };
        return pixels.Reshape(new Shape(n, c, h * b, w * b));
    }

    private static Tensor SpaceToDepth(ImportNode node)
    {
        (Tensor x, int b) = InBlocks(node);
        (int n, int c, int h, int w) = (x.Shape.Batch, x.Shape.Channels, x.Shape.Height / b, x.Shape.Width / b);
        return x.Reshape(new Shape(n, c, h, b, w, b)).Transpose(0, 3, 5, 1, 2, 4).Reshape(new Shape(n, c * b * b, h, w));
    }

    private static (Tensor Image, int Block) InBlocks(ImportNode node)
    {
        long block = node.Integer("blocksize") ?? throw node.Malformed("has no blocksize, which it needs");
        if (block is < 1 or > 4096) throw node.Malformed($"has blocksize = {block}, where a number of pixels is expected");
        Tensor x = node.Image(0);
        return x.Shape.Rank == 4 ? (x, (int)block) : throw node.Mismatch($"needs an image [N, C, H, W], its input is {x.Shape}");
    }

    // Until operator set 3 the axis was 1 where none was given.
    private static ImportedValue Concat(ImportNode node)
    {
        long axis = node.Integer("axis") ?? (node.Opset < 4 ? 1 : throw node.Malformed("has no axis, which it needs"));
        var parts = Enumerable.Range(0, node.InputCount).ToArray();
        if (parts.All(i => node.Value(i) is IntegerValue { Shape.Rank: 1 }))
        {
            node.Axis(axis, 1);
            long total = parts.Sum(i => (long)node.Integers(i).Length);
            Constants.Known(node, new Shape(checked((int)total)));
            return new IntegerValue(new Shape((int)total), [.. parts.SelectMany(i => node.Integers(i))], node.TypeOf(0));
        }
        int along = node.Axis(axis, node.ShapeOf(0).Rank);
        Tensor[] tensors = [.. parts.Select(node.AnyTensor)];
        return new TensorValue(node.Joined?.Of(along, tensors, node.OutputName) ?? Tensor.Concat(along, tensors), node.TypeOf(0));
    }

    /// <summary>[1, C, 1, ...]: what stands once for each channel.</summary>
    public static Shape Across(int rank, int channels)
    {
        Span<int> extents = stackalloc int[rank];
        extents.Fill(1);
        extents[1] = channels;
        return new Shape(extents);
    }

    // A constant stays one, over the same memory.
    private static ImportedValue Reshaped(ImportNode node, ImportedValue value, Shape shape) => value switch
    {
        IntegerValue integers when integers.Shape.Count == shape.Count => integers with { Shape = shape },
        TensorValue { Tensor: { Operator: Constant constant } tensor } when tensor.Shape != shape && tensor.Shape.Count == shape.Count =>
            new TensorValue(new Tensor(new Constant(shape, constant.Values)), value.DataType),
        TensorValue { Tensor: var tensor } => new TensorValue(tensor.Reshape(shape), value.DataType),
        _ => throw node.Mismatch($"from {node.ShapeOf(0)} to {shape} changes the number of elements"),
    };
}
