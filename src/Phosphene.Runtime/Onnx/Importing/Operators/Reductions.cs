using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Sums, means and maxima over axes.</summary>
internal static class Reductions
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("ReduceMean", 1, 1, 2, node => Reduce(node, (x, axes) => x.MeanOver(axes))),
        OnnxOperator.Of("ReduceMax", 1, 1, 2, node => Reduce(node, (x, axes) => x.MaxOver(axes))),
        OnnxOperator.Of("ReduceSum", 1, 1, 2, node => Reduce(node, (x, axes) => x.SumOver(axes))),
    ];

    // The axes are an attribute, or from some operator set on an input; none means all, unless noop_with_empty_axes. keepdims keeps extents of 1.
    private static Tensor Reduce(ImportNode node, Func<Tensor, int[], Tensor> function)
    {
        Tensor x = node.Tensor(0);
        bool keep = node.Flag("keepdims", absent: true), idle = node.Opset >= 13 && node.Flag("noop_with_empty_axes");
        ImmutableArray<long> given = node.OptionalIntegers(1) ?? [];
        if (given.IsEmpty && idle || x.Shape.Rank == 0) return x;

        ImmutableArray<int> axes = given.IsEmpty ? [.. Enumerable.Range(0, x.Shape.Rank)] : node.Axes(given, x.Shape.Rank);
        Tensor reduced = function(x, [.. axes]);
        return keep ? reduced : reduced.Reshape(Shapings.Without(x.Shape, axes));
    }
}
