using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Single elements read from or written to places that are known at import. Tensors count as rows of elements, places as their numbers.</summary>
internal static class Scatterings
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("GatherElements", 11, 2, GatherElements),
        OnnxOperator.Of("GatherND", 11, 2, GatherND),
        OnnxOperator.Of("Scatter", 9, 3, ScatterElements),
        OnnxOperator.Of("ScatterElements", 11, 3, ScatterElements),
        OnnxOperator.Of("ScatterND", 11, 3, ScatterND),
        OnnxOperator.Of("MaxUnpool", 9, 2, 3, MaxUnpool),
        OnnxOperator.Of("Col2Im", 18, 3, Col2Im),
    ];

    private static Tensor GatherElements(ImportNode node)
    {
        int axis = node.Axis(node.Integer("axis", 0), node.ShapeOf(0).Rank);
        return node.Known(1) is null ? Lookups.Taken(node, Lookups.ElementPlaces(node, axis), 1, node.ShapeOf(1)) : Taken(node, ElementPlaces(node, axis), 1);
    }

    private static Tensor ScatterElements(ImportNode node)
    {
        int axis = node.Axis(node.Integer("axis", 0), node.ShapeOf(0).Rank);
        return node.Known(1) is null ? Lookups.Written(node, Lookups.ElementPlaces(node, axis), 1) : Written(node, ElementPlaces(node, axis), 1);
    }

    // For each index, the place in the data that differs from the index's own only along the axis.
    private static (int[] Places, Shape Shape) ElementPlaces(ImportNode node, int axis)
    {
        IntegerValue indices = node.IntegerValue(1);
        Shape data = node.ShapeOf(0);
        if (indices.Shape.Rank != data.Rank) throw node.Mismatch($"has indices {indices.Shape} into {data}, where equal ranks are expected");
        Fillings.Affordable(node, indices.Shape);
        var places = new int[indices.Shape.Count];
        for (int i = 0; i < places.Length; i++)
        {
            int rest = i, stride = 1;
            for (int own = data.Rank - 1; own >= 0; own--)
            {
                (rest, int at) = Math.DivRem(rest, indices.Shape[own]);
                if (own == axis) at = Selections.Index(node, indices.Values[i], data[own]);
                else if (at >= data[own]) throw node.Mismatch($"has indices {indices.Shape}, which are more than {data} has on axis {own}");
                places[i] += at * stride;
                stride *= data[own];
            }
        }
        return (places, indices.Shape);
    }

    private static Tensor GatherND(ImportNode node)
    {
        Shape data = node.ShapeOf(0);
        int batch = (int)Math.Clamp(node.Integer("batch_dims", 0), 0, Limits.Rank);
        if (node.Known(1) is null)
        {
            Tensor at = Lookups.TuplePlaces(node, batch);
            Shape tuples = node.ShapeOf(1), run = new(data.Extents[(batch + tuples[-1])..]);
            return Lookups.Taken(node, at, run.Count, new Shape([.. tuples.Extents[..^1], .. run.Extents]));
        }
        (int[] places, Shape outer, Shape inner) = TuplePlaces(node, batch);
        return Taken(node, (places, new Shape([.. outer.Extents, .. inner.Extents])), inner.Count);
    }

    private static Tensor ScatterND(ImportNode node)
    {
        if (node.Known(1) is null) return Lookups.Written(node, Lookups.TuplePlaces(node, 0), node.ShapeOf(0).CountOf(node.ShapeOf(1)[-1], node.ShapeOf(0).Rank));
        (int[] places, Shape outer, Shape inner) = TuplePlaces(node, 0);
        return Written(node, (places, new Shape([.. outer.Extents, .. inner.Extents])), inner.Count);
    }

    // The last axis of the indices holds tuples, each the beginning of a place in the data after the batch axes; what follows it is taken as a whole.
    private static (int[] Places, Shape Outer, Shape Inner) TuplePlaces(ImportNode node, int batch)
    {
        IntegerValue indices = node.IntegerValue(1);
        Shape data = node.ShapeOf(0);
        if (indices.Shape.Rank < 1 || indices.Shape.Rank <= batch || indices.Shape[-1] + batch > data.Rank)
            throw node.Mismatch($"has indices {indices.Shape} into {data} after {batch} batch axes, which do not fit");
        int length = indices.Shape[-1], tuples = indices.Shape.CountOf(0, indices.Shape.Rank - 1), batches = indices.Shape.CountOf(0, batch);
        if (batches != data.CountOf(0, batch)) throw node.Mismatch($"has other batch axes in its indices {indices.Shape} than in {data}");
        var places = new int[tuples];
        for (int i = 0; i < tuples; i++)
        {
            int at = i / (tuples / Math.Max(1, batches));
            for (int k = 0; k < length; k++) at = at * data[batch + k] + Selections.Index(node, indices.Values[i * length + k], data[batch + k]);
            places[i] = at;
        }
        return (places, new Shape(indices.Shape.Extents[..^1]), new Shape(data.Extents[(batch + length)..]));
    }

    // Each place holds a run of so many elements.
    private static Tensor Taken(ImportNode node, (int[] Places, Shape Shape) at, int run)
    {
        Tensor x = node.Tensor(0);
        Fillings.Affordable(node, at.Shape);
        return x.Reshape(new Shape(x.Shape.Count / Math.Max(1, run), run)).Pick(0, at.Places).Reshape(at.Shape);
    }

    // Updates replace what stands in the data, the last of several, or are added, multiplied or compared with it (reduction, since 16).
    private static Tensor Written(ImportNode node, (int[] Places, Shape Shape) at, int run)
    {
        Tensor data = node.Tensor(0), updates = node.Tensor(2);
        if (updates.Shape != at.Shape) throw node.Mismatch($"has updates {updates.Shape} for {at.Shape} places");
        var rows = new Shape(data.Shape.Count / Math.Max(1, run), run);
        Tensor given = data.Reshape(rows), news = updates.Reshape(new Shape(at.Places.Length, run));
        string reduction = node.Text("reduction", "none");
        if (reduction == "add") return (given + news.Times(SparseMatrix.Picking(rows[0], at.Places).Transposed(), 0)).Reshape(data.Shape);

        // In rounds in which no place occurs twice.
        Func<Tensor, Tensor, Tensor> function = reduction switch
        {
            "none" => (_, update) => update,
            "mul" => (old, update) => old * update,
            "max" => Tensor.Max,
            "min" => Tensor.Min,
            _ => throw node.Malformed($"has reduction = {Printable.Quote(reduction)}, where none, add, mul, max or min is expected"),
        };
        foreach (int[] chosen in Rounds(node, at.Places, rows[0], last: reduction == "none"))
        {
            Tensor there = Tensor.Constant(new Shape(rows[0], 1), [.. chosen.Select(update => update >= 0 ? 1f : 0)]);
            given = Tensor.Where(there, function(given, news.Pick(0, chosen)), given);
        }
        return given.Reshape(data.Shape);
    }

    // For each place the update that it gets in this round, or -1; only the last one of all if that is what counts.
    private static IEnumerable<int[]> Rounds(ImportNode node, int[] places, int count, bool last)
    {
        const int Most = 64;
        var queues = new List<int>?[count];
        for (int i = 0; i < places.Length; i++) (queues[places[i]] ??= []).Add(i);
        int rounds = last ? 1 : queues.Max(queue => queue?.Count ?? 0);
        if (rounds > Most) throw node.Unsupported($"writes {rounds} times to one place; up to {Most} are supported");
        for (int round = 0; round < rounds; round++)
            yield return [.. queues.Select(queue => queue is null ? -1 : last ? queue[^1] : round < queue.Count ? queue[round] : -1)];
    }

    // Each element goes to the place in the whole output that its index numbers; all else is 0.
    private static Tensor MaxUnpool(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        IntegerValue indices = node.IntegerValue(1);
        int sides = x.Shape.Rank - 2;
        if (sides < 1 || indices.Shape != x.Shape) throw node.Mismatch($"needs [N, C, ...] and as many indices, its inputs are {x.Shape} and {indices.Shape}");
        int[] kernel = node.Extents("kernel_shape", sides, least: 1) ?? throw node.Malformed("has no kernel_shape, which it needs");
        int[] strides = node.Extents("strides", sides, least: 1) ?? [.. Enumerable.Repeat(1, sides)];
        int[] pads = node.Extents("pads", 2 * sides, least: 0) ?? new int[2 * sides];
        Shape natural = new(
        [
            .. x.Shape.Extents[..2],
            .. Enumerable.Range(0, sides).Select(side => checked((x.Shape[2 + side] - 1) * strides[side] + kernel[side] - pads[side] - pads[sides + side])),
        ]);
        Shape shape = Fillings.Affordable(node, node.OptionalIntegers(2) is { } given ? Constants.ToShape(node, given) : natural);
        // The indices number the places of the natural output, whatever the size asked for.
        int[] places = [.. indices.Values.Select(index => Moved(Selections.Index(node, index, natural.Count), natural, shape))];
        return x.Reshape(new Shape(x.Shape.Count)).Times(SparseMatrix.Picking(shape.Count, places).Transposed(), 0).Reshape(shape);
    }

    private static int Moved(int place, Shape from, Shape to)
    {
        int moved = 0, stride = 1;
        for (int axis = from.Rank - 1; axis >= 0; axis--)
        {
            (place, int index) = Math.DivRem(place, from[axis]);
            moved += index * stride;
            stride *= to[axis];
        }
        return moved;
    }

    // Columns [N, C·taps, windows], of which each is what a window saw of an image, added up where the windows lay: [N, C, image].
    private static Tensor Col2Im(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        Shape image = Constants.ToShape(node, node.Integers(1)), kernel = Constants.ToShape(node, node.Integers(2));
        if (x.Shape.Rank != 3 || image.Rank < 1 || kernel.Rank != image.Rank || kernel.Count == 0 || x.Shape[1] % kernel.Count != 0)
            throw node.Mismatch($"needs columns [N, C·taps, windows] of a kernel {kernel} on an image {image}; got {x.Shape}");
        AxisWindow[] axes = Windows.Of(node, new Shape([1, 1, .. image.Extents]), kernel.Extents.ToArray(), dilates: true, ceil: false);
        Shape windows = new([.. axes.Select((axis, i) => (int)Math.Max(0, (image[i] + axis.Before + axis.After - axis.Reach) / axis.Stride + 1))]);
        if (windows.Count != x.Shape[2]) throw node.Mismatch($"has {x.Shape[2]} windows, where an image {image} has {windows.Count} of the kernel {kernel}");
        var places = new int[Fillings.Affordable(node, new Shape(kernel.Count, windows.Count)).Count];
        for (int i = 0; i < places.Length; i++)
        {
            (int tap, int window) = Math.DivRem(i, windows.Count);
            for (int axis = image.Rank - 1, stride = 1; axis >= 0 && places[i] >= 0; axis--)
            {
                (tap, int k) = Math.DivRem(tap, kernel[axis]);
                (window, int w) = Math.DivRem(window, windows[axis]);
                int at = w * axes[axis].Stride + k * axes[axis].Dilation - axes[axis].Before;
                places[i] = at >= 0 && at < image[axis] ? places[i] + at * stride : -1;
                stride *= image[axis];
            }
        }
        int batch = x.Shape[0], channels = x.Shape[1] / kernel.Count;
        Tensor spread = x.Reshape(new Shape(batch, channels, places.Length)).Times(SparseMatrix.Picking(image.Count, places).Transposed(), 2);
        return spread.Reshape(new Shape([batch, channels, .. image.Extents]));
    }
}
