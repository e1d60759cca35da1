namespace Phosphene.Differential.Tests.Operators;

/// <summary>Sums, means, norms, extremes and their places over axes.</summary>
internal static class Reductions
{
    public static readonly Entry[] Entries =
    [
        Reduction("ReduceSum", 13), Reduction("ReduceMean"), Reduction("ReduceMax"), Reduction("ReduceMin"), Reduction("ReduceProd"), Reduction("ReduceL1"),
        Reduction("ReduceL2"), Reduction("ReduceSumSquare"), Reduction("ReduceLogSum", positive: true), Reduction("ReduceLogSumExp"),
        OfIntegers("ReduceSum", 13), OfIntegers("ReduceMax"), OfIntegers("ReduceMin"), OfIntegers("ReduceProd"),
        Place("ArgMax"), Place("ArgMin"),
        new("CumSum", 11, CumSum),
        new("TopK", 7, TopK),
    ];

    // Axes were an attribute until operator set 17, or 12 for the sum.
    private static Entry Reduction(string name, int inputsSince = 18, bool positive = false) => new(name, 7, g =>
    {
        Value x = positive ? g.Within(0.05, 1e3, Spread.Positive, leastRank: 1) : g.OfRank(1, 5);
        long[]? axes = g.Chance(0.85) ? g.Axes(x.Rank, g.Int(1, x.Rank)) : null;
        (string, object?) keep = ("keepdims", g.Maybe(g.Int(0, 1)));
        RequireBounded(name, x);
        Value y = g.Opset < inputsSince ? g.Node(name, [x], ("axes", axes), keep)
            : g.Node(name, [x, axes is null ? null : g.Known(axes)], keep, ("noop_with_empty_axes", g.Chance(0.3) ? g.Int(0, 1) : null));
        if (!y.IsFinite) throw new UnfitException("overflows, in one order or another");
    });

    private static Entry OfIntegers(string name, int inputsSince = 18) => new($"{name} of integers", 7, g =>
    {
        Value x = g.Integer(value => value.Rank > 0);
        long[] axes = g.Axes(x.Rank, g.Int(1, x.Rank));
        RequireBounded(name, x);
        if (g.Opset < inputsSince) g.Node(name, [x], ("axes", axes));
        else g.Node(name, [x, g.Known(axes)]);
    });

    // The product of a part must not overflow or vanish, whatever the part.
    private static void RequireBounded(string name, Value x)
    {
        if (name == "ReduceProd" && x.Numbers.Values.Where(value => value != 0).Sum(value => Math.Abs(Math.Log2(Math.Abs(value)))) > 100) throw new UnfitException("overflows in some order");
    }

    private static Entry Place(string name) => new(name, 7, g =>
    {
        Value x = g.OfRank(1, 5);
        g.Node(name, [x], ("axis", g.Maybe(g.Axis(x.Rank))), ("keepdims", g.Maybe(g.Int(0, 1))),
            ("select_last_index", g.Opset >= 12 && g.Chance(0.4) ? g.Int(0, 1) : null));
    });

    private static void CumSum(Growth g)
    {
        Value x = g.OfRank(1, 5);
        g.Node("CumSum", [x, g.Known(Numbers.Integer(g.Axis(x.Rank)))], ("exclusive", g.Maybe(g.Int(0, 1))), ("reverse", g.Maybe(g.Int(0, 1))));
    }

    // k was an attribute until operator set 9.
    private static void TopK(Growth g)
    {
        Value x = g.OfRank(1, 5);
        long axis = g.Axis(x.Rank);
        int k = g.Int(1, Math.Min(6, x.Shape[(int)(axis < 0 ? axis + x.Rank : axis)]));
        if (g.Opset < 10) g.Nodes("TopK", [x], 2, ("axis", axis), ("k", k));
        else g.Nodes("TopK", [x, g.Known(k)], 2, ("axis", axis), ("largest", g.Opset >= 11 ? g.Maybe(g.Int(0, 1)) : null));
    }
}
