namespace Phosphene.Differential.Tests.Operators;

/// <summary>What operator sets 23 and 24 brought.</summary>
internal static class Attentions
{
    public static readonly Entry[] Entries =
    [
        new("Attention", 23, Attention), new("Attention", 23, Attention),
        new("RotaryEmbedding", 23, Rotary), new("RotaryEmbedding", 23, Rotary),
        new("RMSNormalization", 23, RootMeanSquare),
        .. Enumerable.Repeat(new Entry("TensorScatter", 24, Scatter), 3),
        .. Enumerable.Repeat(Entry.Unary("Swish", 24, g => [("alpha", g.Maybe(g.Float(0.3, 2)))]), 3),
    ];

    // Queries [N, H, S, D], keys [N, G, T, D] and values [N, G, T, E], or the heads side by side.
    private static void Attention(Growth g)
    {
        int batch = g.Int(1, 2), groups = g.Int(1, 3), heads = groups * g.Int(1, 2), queries = g.Int(1, 5), keys = g.Int(1, 6), size = g.Int(1, 9), width = g.Int(1, 9);
        bool flat = g.Chance(0.3), masked = g.Chance(0.4);
        Value Of(int count, int tokens, int extent) =>
            flat ? g.Real(value => value.Shape.SequenceEqual([batch, tokens, count * extent]), () => [batch, tokens, count * extent])
                : g.Real(value => value.Shape.SequenceEqual([batch, count, tokens, extent]), () => [batch, count, tokens, extent]);
        int[] shape = g.One([queries, keys], [1, 1, queries, keys], new[] { batch, heads, queries, keys });
        g.Node("Attention", [Of(heads, queries, size), Of(groups, keys, size), Of(groups, keys, width), masked ? g.Weight(shape) : null],
            ("q_num_heads", flat ? heads : null), ("kv_num_heads", flat ? groups : null), ("is_causal", g.Maybe(g.Int(0, 1))),
            ("scale", g.Chance(0.4) ? g.Float(0.2, 1.5) : null), ("softcap", g.Chance(0.3) ? g.Float(0.5, 3) : null));
    }

    private static void Rotary(Growth g)
    {
        int batch = g.Int(1, 2), heads = g.Int(1, 4), tokens = g.Int(1, 5), half = g.Int(1, 5), size = 2 * half, turned = g.Chance(0.3) ? 2 * g.Int(1, half) : 0;
        bool flat = g.Chance(0.3), placed = g.Chance(0.5);
        int[] shape = flat ? [batch, tokens, heads * size] : [batch, heads, tokens, size], angles = placed ? [7, turned == 0 ? half : turned / 2] : [batch, tokens, turned == 0 ? half : turned / 2];
        g.Node("RotaryEmbedding",
            [g.Real(value => value.Shape.SequenceEqual(shape), () => shape), g.Weight(angles, Spread.Unit), g.Weight(angles, Spread.Unit), placed ? g.Known(g.Integers([batch, tokens], 0, 6)) : null],
            ("num_heads", flat ? heads : null), ("interleaved", g.Maybe(g.Int(0, 1))), ("rotary_embedding_dim", turned == 0 ? null : turned));
    }

    private static void RootMeanSquare(Growth g)
    {
        Value x = g.OfRank(1, 5);
        long axis = g.Axis(x.Rank);
        g.Node("RMSNormalization", [x, g.Weight(x.Shape[(int)(axis < 0 ? axis + x.Rank : axis)..])], ("axis", axis == -1 && g.Chance(0.5) ? null : axis), ("epsilon", g.Chance(0.5) ? g.One(1e-3f, 0.1f) : null));
    }

    private static void Scatter(Growth g)
    {
        Value cache = g.OfRank(2, 4);
        int axis = g.Int(1, cache.Rank - 1), extent = cache.Shape[axis], length = g.Int(1, extent);
        bool circular = g.Chance(0.4), placed = g.Chance(0.7);
        int[] update = [.. cache.Shape];
        update[axis] = length;
        g.Node("TensorScatter", [cache, g.Weight(update), placed ? g.Known(g.Integers([cache.Shape[0]], 0, circular ? extent - 1 : extent - length)) : null],
            ("axis", axis == cache.Rank - 2 && g.Chance(0.5) ? null : axis), ("mode", circular ? "circular" : null));
    }
}
