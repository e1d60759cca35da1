using Microsoft.ML.OnnxRuntime.Tensors;

namespace Phosphene.Differential.Tests.Operators;

/// <summary>Tensors made by a pattern.</summary>
internal static class Fillings
{
    public static readonly Entry[] Entries =
    [
        new("ConstantOfShape", 9, g => g.Node("ConstantOfShape", [g.Known(Convolutions.Longs(g.Extents(g.Int(1, 4))))], ("value", g.Maybe(Numbers.Of([1], g.Float(-2, 2)))))),
        new("Range", 11, Range),
        new("EyeLike", 9, g => g.Node("EyeLike", [g.OfRank(2, 2)], ("k", g.Maybe(g.Int(-3, 3))), ("dtype", g.Maybe((int)TensorElementType.Float)))),
        new("Trilu", 14, g => g.Node("Trilu", [g.OfRank(2, 4), g.Chance(0.6) ? g.Known(Numbers.Integer(g.Int(-4, 4))) : null], ("upper", g.Maybe(g.Int(0, 1))))),
        new("OneHot", 9, OneHot),
    ];

    private static void Range(Growth g)
    {
        if (g.Chance(0.5)) g.Node("Range", [g.Known(Numbers.Integer(g.Int(-3, 3))), g.Known(Numbers.Integer(g.Int(4, 12))), g.Known(Numbers.Integer(g.Int(1, 3)))]);
        else g.Node("Range", [g.Known(Numbers.Of([], g.Float(-1, 1))), g.Known(Numbers.Of([], g.Float(2, 4))), g.Known(Numbers.Of([], g.One(0.25f, 0.5f, 0.75f)))]);
    }

    private static void OneHot(Growth g)
    {
        Value indices = g.Integer(value => value.Rank <= 3 && value.Least >= -4 && value.Most <= 9);
        g.Node("OneHot", [indices, g.Known(Numbers.Integer(g.Int(4, 7))), g.Known(Numbers.Of([2], g.Float(-1, 0), g.Float(0.5, 2)))],
            ("axis", g.Maybe(g.Axis(indices.Rank + 1, negativeSince: 9))));
    }
}
