namespace Phosphene.Differential.Tests.Operators;

/// <summary>Single elements read from or written to places that are known at import.</summary>
internal static class Scatterings
{
    public static readonly Entry[] Entries =
    [
        new("GatherElements", 11, GatherElements),
        new("GatherND", 11, GatherND),
        new("Scatter", 9, g => Scatter(g, "Scatter"), 10),
        new("ScatterElements", 11, g => Scatter(g, "ScatterElements")),
        new("ScatterND", 11, ScatterND),
    ];

    private static int At(Value x, long axis) => (int)(axis < 0 ? axis + x.Rank : axis);

    // Indices of a shape that fits within the data, along an axis: each once if they are written to.
    private static Value Places(Growth g, Value x, long axis, bool repeats)
    {
        int at = At(x, axis), extent = x.Shape[at];
        int[] shape = [.. x.Shape.Select((own, i) => i == at && repeats ? g.Int(1, 4) : g.Int(1, own))];
        if (repeats) return g.Known(g.Integers(shape, -extent, extent - 1));
        var indices = new long[Numbers.CountOf(shape)];
        int inner = Numbers.CountOf(shape.Skip(at + 1)), count = shape[at];
        for (int outer = 0; outer < indices.Length / inner / count; outer++)
            for (int k = 0; k < inner; k++)
            {
                int[] chosen = g.Some(Enumerable.Range(0, extent), count);
                for (int i = 0; i < count; i++) indices[(outer * count + i) * inner + k] = g.Opset >= 11 && g.Chance(0.3) ? chosen[i] - extent : chosen[i];
            }
        return g.Known(Numbers.Integers(shape, indices));
    }

    private static void GatherElements(Growth g)
    {
        Value x = g.OfRank(1, 4);
        long axis = g.Axis(x.Rank);
        g.Node("GatherElements", [x, Places(g, x, axis, repeats: true)], ("axis", axis));
    }

    private static void Scatter(Growth g, string name)
    {
        Value x = g.OfRank(1, 4);
        long axis = g.Axis(x.Rank);
        string? reduction = Reduction(g);
        Value places = Places(g, x, axis, repeats: reduction is not (null or "none"));
        g.Node(name, [x, places, g.Weight(places.Shape)], ("axis", axis), ("reduction", reduction));
    }

    private static string? Reduction(Growth g) => g.Opset switch
    {
        < 16 => null,
        < 18 => g.One(null, "none", "add", "mul"),
        _ => g.One(null, "none", "add", "mul", "max", "min"),
    };

    private static void GatherND(Growth g)
    {
        Value x = g.OfRank(1, 4);
        int batch = g.Opset >= 12 && x.Rank > 1 && g.Chance(0.4) ? 1 : 0, depth = g.Int(1, x.Rank - batch);
        int[] outer = [.. x.Shape[..batch], g.Int(1, 3)];
        g.Node("GatherND", [x, g.Known(Tuples(g, x, outer, batch, depth))], ("batch_dims", batch == 0 ? null : batch));
    }

    private static Numbers Tuples(Growth g, Value x, int[] outer, int batch, int depth) => Numbers.Integers([.. outer, depth],
        [.. Enumerable.Range(0, Numbers.CountOf(outer)).SelectMany(_ => Enumerable.Range(0, depth).Select(k => (long)g.Int(-x.Shape[batch + k], x.Shape[batch + k] - 1)))]);

    private static void ScatterND(Growth g)
    {
        Value x = g.OfRank(1, 4);
        string? reduction = Reduction(g);
        int depth = g.Int(1, x.Rank), count = reduction is null or "none" ? 1 : g.Int(1, 4);
        Value tuples = g.Known(Tuples(g, x, [count], 0, depth));
        g.Node("ScatterND", [x, tuples, g.Weight([count, .. x.Shape[depth..]])], ("reduction", reduction));
    }
}
