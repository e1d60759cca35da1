namespace Phosphene.Differential.Tests.Operators;

/// <summary>Matrix products.</summary>
internal static class Products
{
    public static readonly Entry[] Entries =
    [
        new("MatMul", 7, MatMul), new("MatMul", 7, MatMul),
        new("Gemm", 7, Gemm), new("Gemm", 7, Gemm),
        new("Einsum", 12, Einsum),
    ];

    private static readonly string[] Equations =
    [
        "ij,jk->ik", "ij,kj->ik", "bij,bjk->bik", "bij,bkj->bik", "...ij,...jk->...ik", "bhid,bhjd->bhij", "bhij,bhjd->bhid", "i,j->ij", "ij->ji", "ij->", "bij->bj",
        "ij,j->i", "abc,cd->abd", "ii->i", "ij,ij->ij", "ij,ij->", "ij,jk", "bi,bi->b", "ij,jk,kl->il", "nchw,c->nchw", "b...->...",
    ];

    // NumPy's rule: vectors, matrices, and stacks of matrices that broadcast.
    private static void MatMul(Growth g)
    {
        Value a = g.OfRank(1, 4);
        int inner = a.Shape[^1], outer = g.Int(1, 20);
        int[] stack = a.Rank > 2 ? g.Broadcasting(a.Shape[..^2], oneWay: true) : g.Chance(0.3) ? [g.Int(1, 3)] : [];
        int[] shape = g.Chance(0.15) ? [inner] : [.. stack, inner, outer];
        Value b = (g.Chance(0.3) ? g.There(value => value.IsReal && value.Rank >= 2 && value.Shape[^2] == inner && Growth.Broadcast(value.Shape[..^2], a.Rank > 2 ? a.Shape[..^2] : [])) : null)
            ?? g.Weight(shape);
        g.Node("MatMul", [a, b]);
    }

    private static void Gemm(Growth g)
    {
        Value a = g.OfRank(2, 2);
        bool left = g.Chance(0.3), right = g.Chance(0.5);
        (int rows, int inner) = left ? (a.Shape[1], a.Shape[0]) : (a.Shape[0], a.Shape[1]);
        int columns = g.Int(1, 37);
        Value b = g.Weight(right ? [columns, inner] : [inner, columns]);
        Value? c = g.Opset >= 11 && g.Chance(0.2) ? null : g.Weight(g.One<int[]>([columns], [1], [], [1, columns], [rows, 1], [rows, columns]));
        g.Node("Gemm", [a, b, c], ("transA", left ? 1 : null), ("transB", right ? 1 : g.Chance(0.3) ? 0 : null),
            ("alpha", g.Chance(0.3) ? g.Float(-1, 2) : null), ("beta", g.Chance(0.3) ? g.Float(-1, 2) : null));
    }

    private static void Einsum(Growth g)
    {
        string equation = g.One(Equations);
        var extents = new Dictionary<char, int>();
        int[] hidden = g.Extents(g.Int(1, 2));
        int[] Shape(string term) =>
        [
            .. term.Replace("...", ".", StringComparison.Ordinal).SelectMany(letter => letter == '.' ? hidden
                : [extents.TryGetValue(letter, out int extent) ? extent : extents[letter] = g.Int(1, 7)]),
        ];
        string[] terms = equation.Split("->")[0].Split(',');
        g.Node("Einsum", terms.Select(term => Shape(term) is var shape ? g.There(value => value.IsReal && value.Shape.SequenceEqual(shape)) ?? g.Weight(shape) : null), ("equation", equation));
    }
}
