namespace Phosphene.Differential.Tests.Operators;

/// <summary>Changes of shape, repetition and joins, of numbers of any type.</summary>
internal static class Shapings
{
    public static readonly Entry[] Entries =
    [
        Entry.Of("Flatten", 7, g => g.Any(value => value.Rank > 0), (g, x) => g.Node("Flatten", [x], ("axis", g.Chance(0.3) ? null : g.Chance(0.2) ? (long)x.Rank : g.Axis(x.Rank)))),
        new("Reshape", 7, Reshape), new("Reshape", 7, Reshape),
        new("Squeeze", 7, Squeeze),
        new("Unsqueeze", 7, Unsqueeze),
        Entry.Of("Transpose", 7, g => g.Any(value => value.Rank > 0), (g, x) => g.Node("Transpose", [x], ("perm", g.Maybe(g.Some(Enumerable.Range(0, x.Rank).Select(axis => (long)axis), x.Rank))))),
        Entry.Of("Expand", 8, g => g.Any(), (g, x) => g.Node("Expand", [x, g.Known(Convolutions.Longs(Expanded(g, x)))])),
        Entry.Of("Tile", 7, g => g.OfRank(1, 5), (g, x) => g.Node("Tile", [x, g.Known(x.Shape.Select(_ => (long)g.One(1, 1, 2, 3)))])),
        new("Concat", 7, Concat), new("Concat", 7, Concat),
        Entry.Of("Concat of integers", 7, g => g.Integer(value => value.Rank > 0), (g, x) => g.Node("Concat", [x, g.Given(g.Integers(x.Shape, -3, 3), Place.Input), x], ("axis", g.Axis(x.Rank)))),
        new("DepthToSpace", 7, g => g.Node("DepthToSpace", [Blocks(g)], ("blocksize", 2), ("mode", g.Opset >= 11 ? g.Maybe(g.One("DCR", "CRD")) : null))),
        new("SpaceToDepth", 7, g => g.Node("SpaceToDepth",
            [g.Real(x => x.Rank == 4 && x.Shape[2] % 2 == 0 && x.Shape[3] % 2 == 0, () => [g.Int(1, 2), g.Int(1, 5), 2 * g.Int(1, 4), 2 * g.Int(1, 4)])], ("blocksize", 2))),
        new("Pad", 7, Pad), new("Pad", 7, Pad),
        Entry.Of("Shape", 7, g => g.Any(value => value.Rank > 0), (g, x) => g.Node("Shape", [x], ("start", g.Opset >= 15 ? g.Maybe(g.Int(-x.Rank, x.Rank - 1)) : null))),
        new("Size", 7, g => g.Node("Size", [g.Any()])),
    ];

    private static Value Blocks(Growth g) => g.Image(2, channels => channels % 4 == 0);

    // Some factors of the count, in any order; one may be left open, and a 0 keeps what stands there.
    private static void Reshape(Growth g)
    {
        Value x = g.Any();
        var extents = new List<long>();
        int left = x.Count;
        for (int rank = g.Int(1, 5); rank > 1; rank--)
        {
            int factor = g.One([.. Enumerable.Range(1, left).Where(factor => left % factor == 0)]);
            extents.Add(factor);
            left /= factor;
        }
        extents.Add(left);
        for (int axis = 0; axis < extents.Count; axis++)
            if (axis < x.Rank && extents[axis] == x.Shape[axis] && g.Chance(0.5)) extents[axis] = 0;
        if (g.Chance(0.5)) extents[g.Int(0, extents.Count - 1)] = -1;
        g.Node("Reshape", [x, g.Known(extents)]);
    }

    // Axes were an attribute until operator set 12.
    private static void Squeeze(Growth g)
    {
        Value x = g.Any(value => value.Shape.Contains(1), () => g.Some([1, g.Int(1, 5), g.Int(1, 5), 1], g.Int(3, 4)));
        int[] ones = [.. Enumerable.Range(0, x.Rank).Where(axis => x.Shape[axis] == 1)];
        if (ones.Length == 0) throw new UnfitException("no extent of 1");
        long[]? axes = g.Chance(0.25) ? null : [.. g.Some(ones, g.Int(1, ones.Length)).Select(axis => g.Opset >= 11 && g.Chance(0.3) ? axis - x.Rank : (long)axis)];
        if (g.Opset < 13) g.Node("Squeeze", [x], ("axes", axes));
        else g.Node("Squeeze", [x, axes is null ? null : g.Known(axes)]);
    }

    private static void Unsqueeze(Growth g)
    {
        Value x = g.Any(value => value.Rank <= 4);
        int count = g.Int(1, 2);
        long[] axes = g.Axes(x.Rank + count, count);
        if (g.Opset < 13) g.Node("Unsqueeze", [x], ("axes", axes));
        else g.Node("Unsqueeze", [x, g.Known(axes)]);
    }

    private static int[] Expanded(Growth g, Value x)
    {
        int[] shape = [.. x.Shape.Select(extent => extent == 1 ? g.Int(1, 4) : g.Chance(0.3) ? 1 : extent)];
        return g.Chance(0.2) && x.Rank < 5 ? [g.Int(1, 3), .. shape] : shape;
    }

    private static void Concat(Growth g)
    {
        Value x = g.OfRank(1, 5);
        long axis = g.Axis(x.Rank);
        int at = (int)(axis < 0 ? axis + x.Rank : axis);
        bool Fits(Value other) => other.IsReal && other.Rank == x.Rank && Enumerable.Range(0, x.Rank).All(i => i == at || other.Shape[i] == x.Shape[i]);
        Value Part() => g.There(Fits) ?? g.Weight([.. x.Shape.Select((extent, i) => i == at ? g.Int(1, 5) : extent)]);
        g.Node("Concat", [x, .. Enumerable.Range(0, g.Int(0, 3)).Select(_ => Part())], ("axis", axis));
    }

    // Counts and value were attributes until operator set 10; axes came with 18, wrap with 19.
    private static void Pad(Growth g)
    {
        Value x = g.OfRank(1, 5);
        string? mode = g.Chance(0.3) ? null : g.One([.. new[] { "constant", "reflect", "edge" }, .. g.Opset >= 19 ? ["wrap"] : Array.Empty<string>()]);
        bool cuts = mode is null or "constant" && g.Chance(0.2);
        long[]? axes = g.Opset >= 18 && g.Chance(0.3) ? g.Axes(x.Rank, g.Int(1, x.Rank)) : null;
        int[] padded = axes is null ? [.. Enumerable.Range(0, x.Rank)] : [.. axes.Select(axis => (int)(axis < 0 ? axis + x.Rank : axis))];
        long Count(int axis) => g.Chance(0.4) ? 0 : cuts && x.Shape[axis] > 2 && g.Chance(0.4) ? -1 : g.Int(0, mode is "reflect" ? Math.Min(3, x.Shape[axis] - 1) : mode is "wrap" ? Math.Min(3, x.Shape[axis]) : 3);
        long[] pads = [.. padded.Select(Count), .. padded.Select(Count)];
        float? value = mode is null or "constant" && g.Chance(0.5) ? g.Float(-2, 2) : null;
        if (g.Opset < 11) g.Node("Pad", [x], ("pads", pads), ("value", value), ("mode", mode));
        else g.Node("Pad", [x, g.Known(pads), value is null ? null : g.Known(Numbers.Of([], value.Value)), axes is null ? null : g.Known(axes)], ("mode", mode));
    }
}
