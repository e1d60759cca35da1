using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Sums, means and maxima over axes.</summary>
internal static class Reductions
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Of("ReduceMean", 1, 1, node => Reduce(node, inputSince: 18, (x, axes) => x.MeanOver(axes))),
        OnnxOperator.Of("ReduceMax", 1, 1, node => Reduce(node, inputSince: 18, (x, axes) => x.MaxOver(axes))),
        OnnxOperator.Of("ReduceSum", 1, 1, 2, node => Reduce(node, inputSince: 13, (x, axes) => x.SumOver(axes))),
    ];

    // The axes are an attribute, or from some operator set on an input; none means all, unless noop_with_empty_axes. keepdims keeps extents of 1.
    private static Tensor Reduce(ImportNode node, int inputSince, Func<Tensor, int[], Tensor> function)
    {
        Tensor x = node.Tensor(0);
        bool input = node.Opset >= inputSince, keep = node.Flag("keepdims", absent: true), idle = input && node.Flag("noop_with_empty_axes");
        if (!input && node.InputCount > 1)
            throw node.Malformed($"has its axes as an input, which operator set {node.Opset} has as an attribute");
        ImmutableArray<long> given = (input ? node.OptionalIntegers(1) : node.Integers("axes")) ?? [];
        if (given.IsEmpty && idle || x.Shape.Rank == 0) return x;

        ImmutableArray<int> axes = given.IsEmpty ? [.. Enumerable.Range(0, x.Shape.Rank)] : node.Axes(given, x.Shape.Rank);
        Tensor reduced = function(x, [.. axes]);
        return keep ? reduced : reduced.Reshape(Shapings.Without(x.Shape, axes));
    }
}
