using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>
/// Elements read from or written to places that are computed when the plan runs, such as tokens in a table of embeddings. Places that are known at import
/// are <see cref="Selections"/> and <see cref="Scatterings"/>. A place that does not exist reads 0 and is not written to.
/// </summary>
internal static class Lookups
{
    // Numbers are float32 here, which counts no further.
    private const int MostPlaces = 1 << 24;

    /// <summary>Refuses places that float32 cannot count.</summary>
    public static void Countable(ImportNode node, int places)
    {
        if (places > MostPlaces) throw node.Unsupported($"looks up one of {places} places, where at most {MostPlaces} can be told apart");
    }

    /// <summary>Whole elements of an axis; the axes of the indices take its place.</summary>
    public static Tensor Along(ImportNode node, int axis)
    {
        Tensor x = node.AnyTensor(0), indices = node.AnyTensor(1);
        Shape shape = Joined(node, x.Shape.Extents[..axis], indices.Shape.Extents, x.Shape.Extents[(axis + 1)..]);
        Countable(node, x.Shape[axis]);
        Tensor rows = x.Reshape(new Shape(1, x.Shape.CountOf(0, axis), x.Shape[axis], x.Shape.CountOf(axis + 1, x.Shape.Rank)));
        return rows.Take(FromStart(indices, x.Shape[axis]).Reshape(new Shape(1, indices.Shape.Count))).Reshape(shape);
    }

    /// <summary>For each index the number of the place that differs from the index's own only along the axis: [1, M].</summary>
    public static Tensor ElementPlaces(ImportNode node, int axis)
    {
        Shape data = node.ShapeOf(0);
        Tensor indices = node.AnyTensor(1);
        if (indices.Shape.Rank != data.Rank) throw node.Mismatch($"has indices {indices.Shape} into {data}, where equal ranks are expected");
        Countable(node, data.Count);
        Tensor places = Tensor.Constant(0);
        for (int own = 0; own < data.Rank; own++)
        {
            if (own != axis && indices.Shape[own] > data[own]) throw node.Mismatch($"has indices {indices.Shape}, which are more than {data} has on axis {own}");
            Tensor at = own == axis ? Existing(indices, data[own], data.Count) : Tensor.Counting(indices.Shape[own], own, data.Rank);
            places += at * data.CountOf(own + 1, data.Rank);
        }
        return places.Reshape(new Shape(1, indices.Shape.Count));
    }

    /// <summary>For each tuple of the last axis of the indices the number of the place that it begins, after the batch axes: [batches, M].</summary>
    public static Tensor TuplePlaces(ImportNode node, int batch)
    {
        Shape data = node.ShapeOf(0);
        Tensor indices = node.AnyTensor(1);
        if (indices.Shape.Rank < 1 || indices.Shape.Rank <= batch || indices.Shape[-1] + batch > data.Rank)
            throw node.Mismatch($"has indices {indices.Shape} into {data} after {batch} batch axes, which do not fit");
        int length = indices.Shape[-1], batches = indices.Shape.CountOf(0, batch);
        if (batches != data.CountOf(0, batch)) throw node.Mismatch($"has other batch axes in its indices {indices.Shape} than in {data}");
        Countable(node, data.CountOf(batch, batch + length));
        var one = new Shape(batches, indices.Shape.CountOf(batch, indices.Shape.Rank - 1));
        Tensor places = Tensor.Constant(0).BroadcastTo(one);
        for (int k = 0; k < length; k++)
            places += Existing(indices.Slice(-1, k, 1), data[batch + k], data.Count).Reshape(one) * data.CountOf(batch + k + 1, batch + length);
        return places;
    }

    /// <summary>Runs of elements at places [B, M] of the data, which is B batches of places: B·M runs.</summary>
    public static Tensor Taken(ImportNode node, Tensor places, int run, Shape shape)
    {
        Tensor x = node.AnyTensor(0);
        return x.Reshape(Rows(x.Shape, places.Shape[0], run)).Take(places).Reshape(Joined(node, shape.Extents));
    }

    /// <summary>The data with the updates written to places [1, M], or added there; no place is to be written twice.</summary>
    public static Tensor Written(ImportNode node, Tensor places, int run)
    {
        Tensor data = node.Tensor(0), updates = node.Tensor(2);
        if (updates.Shape.Count != places.Shape.Count * run) throw node.Mismatch($"has updates {updates.Shape} for {places.Shape.Count} places of {run} elements");
        Shape rows = Rows(data.Shape, 1, run);
        var back = new TakeGradient(rows[2]);
        Tensor news = new(back, updates.Reshape(rows.With(2, places.Shape.Count)), places), given = data.Reshape(rows);
        string reduction = node.Text("reduction", "none");
        if (reduction == "add") return (given + news).Reshape(data.Shape);
        if (reduction != "none") throw node.Unsupported($"has reduction = {Printable.Quote(reduction)} at places that are computed; none and add are supported there");
        Tensor times = new(back, Tensor.Constant(1).BroadcastTo(new Shape(1, 1, places.Shape.Count, 1)), places);
        return Tensor.Where(times.Clip(0, 1), news, given).Reshape(data.Shape);
    }

    private static Shape Rows(Shape shape, int batches, int run) => new(batches, 1, shape.Count / Math.Max(1, batches) / Math.Max(1, run), run);

    // A negative index counts from the end.
    private static Tensor FromStart(Tensor index, int extent) => index + extent * Tensor.Constant(0).GreaterThan(index);

    // The same; one that does not exist becomes so small that no other index makes up for it.
    private static Tensor Existing(Tensor index, int extent, int count)
    {
        Tensor at = FromStart(index, extent), missing = Tensor.Max(Tensor.Constant(0).GreaterThan(at), at.GreaterThan(extent - 1));
        return Tensor.Where(missing, Tensor.Constant(-2f * count), at);
    }

    private static Shape Joined(ImportNode node, ReadOnlySpan<int> a, ReadOnlySpan<int> b = default, ReadOnlySpan<int> c = default)
    {
        int rank = a.Length + b.Length + c.Length;
        if (rank > Limits.Rank) throw node.Unsupported($"makes a tensor of rank {rank}, where at most {Limits.Rank} is supported");
        return Fillings.Affordable(node, new Shape([.. a, .. b, .. c]));
    }
}
