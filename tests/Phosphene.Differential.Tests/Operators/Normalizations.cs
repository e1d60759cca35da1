namespace Phosphene.Differential.Tests.Operators;

/// <summary>Normalizations by stored statistics, by those of the input, and across channels.</summary>
internal static class Normalizations
{
    public static readonly Entry[] Entries =
    [
        new("BatchNormalization", 7, BatchNormalization), new("BatchNormalization", 7, BatchNormalization),
        new("InstanceNormalization", 7, InstanceNormalization),
        new("GroupNormalization", 18, GroupNormalization),
        new("LayerNormalization", 17, LayerNormalization),
        new("LRN", 7, Lrn),
        new("MeanVarianceNormalization", 9, MeanVariance),
        Entry.Of("LpNormalization", 7, g => g.OfRank(1, 5), (g, x) => g.Node("LpNormalization", [x], ("axis", g.Maybe(g.Axis(x.Rank))), ("p", g.Maybe(g.Int(1, 2))))),
    ];

    private static float? Epsilon(Growth g) => g.Chance(0.5) ? g.One(1e-3f, 1e-2f, 0.1f) : null;

    private static void BatchNormalization(Growth g)
    {
        Value x = g.OfRank(2, 5);
        int[] shape = [x.Shape[1]];
        g.Node("BatchNormalization", [x, g.Weight(shape), g.Weight(shape), g.Weight(shape), g.Weight(shape, Spread.Positive)],
            ("epsilon", Epsilon(g)), ("momentum", g.Chance(0.3) ? 0.8f : null), ("spatial", g.Opset < 9 && g.Chance(0.3) ? 1 : null),
            ("training_mode", g.Opset >= 14 && g.Chance(0.3) ? 0 : null));
    }

    private static void InstanceNormalization(Growth g)
    {
        Value x = g.OfRank(3, 5);
        RequireVariance(x, x.Shape[0] * x.Shape[1]);
        g.Node("InstanceNormalization", [x, g.Weight([x.Shape[1]]), g.Weight([x.Shape[1]])], ("epsilon", Epsilon(g)));
    }

    // Until operator set 20 there was one scale for each group.
    private static void GroupNormalization(Growth g)
    {
        Value x = g.OfRank(3, 5);
        int channels = x.Shape[1], groups = g.One([.. Enumerable.Range(1, channels).Where(count => channels % count == 0)]);
        int[] shape = [g.Opset < 21 ? groups : channels];
        g.Node("GroupNormalization", [x, g.Weight(shape), g.Weight(shape)], ("num_groups", groups), ("epsilon", Epsilon(g)));
    }

    private static void LayerNormalization(Growth g)
    {
        Value x = g.OfRank(1, 5);
        long axis = g.Axis(x.Rank);
        int[] shape = x.Shape[(int)(axis < 0 ? axis + x.Rank : axis)..];
        g.Nodes("LayerNormalization", [x, g.Weight(shape), g.Chance(0.6) ? g.Weight(shape) : null], g.One(1, 1, 1, 3),
            ("axis", axis == -1 && g.Chance(0.5) ? null : axis), ("epsilon", Epsilon(g)));
    }

    private static void Lrn(Growth g) =>
        g.Node("LRN", [g.Image(2)], ("size", g.One(1, 3, 5, 7)), ("alpha", g.Maybe(g.Float(0.01, 1))), ("beta", g.Maybe(g.Float(0.3, 1.2))), ("bias", g.Maybe(g.Float(0.5, 2))));

    private static void MeanVariance(Growth g)
    {
        Value x = g.Image(2);
        long[]? axes = g.One(null, [0, 2, 3], [2, 3], [0, 1, 2, 3], new long[] { 1 });
        Value y = g.Node("MeanVarianceNormalization", [x], ("axes", axes));
        // Of equal numbers ONNX Runtime makes 0 / 0, where the operator's text adds a little to the divisor.
        if (!y.IsFinite) throw new UnfitException("no variance");
    }

    // ONNX Runtime subtracts the mean after scaling, so that all digits are lost where numbers hardly vary.
    private static void RequireVariance(Value x, int rows)
    {
        foreach (double[] row in x.Numbers.Values.Chunk(x.Count / rows))
            if (row.Max() - row.Min() < 0.05 * Math.Max(1, row.Max(Math.Abs))) throw new UnfitException("hardly any variance");
    }
}
