using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Sums, means, norms, extremes and their places over axes.</summary>
internal static class Reductions
{
    public static readonly OnnxOperator[] Entries =
    [
        Reduction("ReduceSum",       (x, axes) => x.SumOver(axes)),
        Reduction("ReduceMean",      (x, axes) => x.MeanOver(axes)),
        Reduction("ReduceMax",       (x, axes) => x.MaxOver(axes), masks: true),
        Reduction("ReduceMin",       (x, axes) => -(-x).MaxOver(axes), masks: true),
        Reduction("ReduceProd",      Product),
        Reduction("ReduceL1",        (x, axes) => x.Abs().SumOver(axes), x => x.Abs()),
        Reduction("ReduceL2",        (x, axes) => (x * x).SumOver(axes).Sqrt(), x => x.Abs()),
        Reduction("ReduceSumSquare", (x, axes) => (x * x).SumOver(axes), x => x * x),
        Reduction("ReduceLogSum",    (x, axes) => x.SumOver(axes).Log(), x => x.Log()),
        Reduction("ReduceLogSumExp", LogSumExp),
        OnnxOperator.Typed("ArgMax", 1, 1, 1, OnnxDataType.Int64, node => Place(node, x => x)),
        OnnxOperator.Typed("ArgMin", 1, 1, 1, OnnxDataType.Int64, node => Place(node, x => -x)),
        OnnxOperator.Of("CumSum", 11, 2, node => Cumulated(node, (a, b) => a + b, 0)),
        OnnxOperator.Of("CumProd", 26, 2, node => Cumulated(node, (a, b) => a * b, 1)),
        new("TopK", 1, 1, 2, TopK),
    ];

    // The second function is the first of each element alone, where that is not the element itself.
    private static OnnxOperator Reduction(string name, Func<Tensor, int[], Tensor> function, Func<Tensor, Tensor>? alone = null, bool masks = false) =>
        OnnxOperator.Of(name, 1, 1, 2, node => Reduce(node, masks ? node.MaskTensor(0) : node.Tensor(0), function, alone));

    // No axes means all, or with noop_with_empty_axes each element alone. keepdims keeps extents of 1.
    private static Tensor Reduce(ImportNode node, Tensor x, Func<Tensor, int[], Tensor> function, Func<Tensor, Tensor>? alone)
    {
        bool keep = node.Flag("keepdims", absent: true), idle = node.Flag("noop_with_empty_axes");
        ImmutableArray<long> given = node.OptionalIntegers(1) ?? [];
        if (given.IsEmpty && idle) return alone?.Invoke(x) ?? x;
        if (x.Shape.Rank == 0) return function(x.Reshape(new Shape(1)), [0]).Reshape(x.Shape);

        ImmutableArray<int> axes = given.IsEmpty ? [.. Enumerable.Range(0, x.Shape.Rank)] : node.Axes(given, x.Shape.Rank);
        Tensor reduced = function(x, [.. axes]);
        return keep ? reduced : reduced.Reshape(Shapings.Without(x.Shape, axes));
    }

    // ln Σ e^x, from the largest on, so that nothing overflows.
    private static Tensor LogSumExp(Tensor x, int[] axes)
    {
        Tensor largest = x.MaxOver(axes).StopGradient();
        return largest + (x - largest).Exp().SumOver(axes).Log();
    }

    // Half an axis times the other half, until one is left; the product of none is 1.
    private static Tensor Product(Tensor x, int[] axes)
    {
        if (axes.Any(axis => x.Shape[axis] == 0)) return Tensor.Constant(1).BroadcastTo(Sum.Reduced(x.Shape, [.. axes]));
        foreach (int axis in axes)
            while (x.Shape[axis] > 1)
            {
                int half = x.Shape[axis] / 2;
                Tensor y = x.Slice(axis, 0, half) * x.Slice(axis, half, half);
                x = x.Shape[axis] % 2 == 0 ? y : Tensor.Concat(axis, y, x.Slice(axis, 2 * half, 1));
            }
        return x;
    }

    private static Tensor Place(ImportNode node, Func<Tensor, Tensor> order)
    {
        Tensor x = order(node.Tensor(0));
        int axis = node.Axis(node.Integer("axis", 0), x.Shape.Rank);
        Tensor place = x.ArgMaxOver(axis, node.Flag("select_last_index"));
        return node.Flag("keepdims", absent: true) ? place : place.Reshape(Shapings.Without(x.Shape, [axis]));
    }

    // y += y (or y *= y) shifted by 1, then 2, 4, ...: each element has then gathered all before it. Source: Hillis and Steele 1986.
    private static Tensor Cumulated(ImportNode node, Func<Tensor, Tensor, Tensor> function, float neutral)
    {
        Tensor x = node.Tensor(0);
        if (node.Integers(1) is not [var given]) throw node.Malformed("has several axes, where one is expected");
        int axis = node.Axis(given, x.Shape.Rank), extent = x.Shape[axis];
        bool reverse = node.Flag("reverse");
        if (node.Flag("exclusive")) x = extent > 1 ? Shifted(1) : x * 0f + neutral;
        for (int step = 1; step < extent; step *= 2) x = function(x, Shifted(step));
        return x;

        Tensor Shifted(int by)
        {
            int[] none = new int[x.Shape.Rank], moved = new int[x.Shape.Rank];
            moved[axis] = by;
            return new(new Pad(reverse ? [.. none] : [.. moved], reverse ? [.. moved] : [.. none], PadMode.Constant, neutral), x.Slice(axis, reverse ? by : 0, extent - by));
        }
    }

    // The k largest or smallest, each found and then put out of the running; for the few that models ask for.
    private static ImportedValue[] TopK(ImportNode node)
    {
        const int Most = 256;
        Tensor x = node.Tensor(0);
        int axis = node.Axis(node.Integer("axis", -1), x.Shape.Rank);
        node.Accept("sorted");
        bool largest = node.Flag("largest", absent: true);
        if (!node.Has(1) || node.Integers(1) is not [var k]) throw node.Malformed("has no k, which it needs");
        if (k < 1 || k > Math.Min(x.Shape[axis], Most)) throw node.Unsupported($"takes the {k} largest of {x.Shape[axis]}; up to {Most} are supported");

        Tensor left = largest ? x : -x, counting = Tensor.Counting(x.Shape[axis], axis, x.Shape.Rank);
        var values = new List<Tensor>();
        var places = new List<Tensor>();
        for (int i = 0; i < k; i++)
        {
            Tensor place = left.ArgMaxOver(axis), chosen = counting.EqualTo(place);
            places.Add(place);
            values.Add(x.KeepWhere(chosen).SumOver(axis));
            left = Tensor.Where(chosen, Tensor.Constant(float.NegativeInfinity), left);
        }
        return
        [
            new TensorValue(Tensor.Concat(axis, [.. values]), node.TypeOf(0)),
            new TensorValue(Tensor.Concat(axis, [.. places]), OnnxDataType.Int64),
        ];
    }
}
