using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Onnx;

/// <summary>Parts of tensors, at positions known at import.</summary>
internal static class Selections
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Value("Slice", 1, 1, 5, Slice),
        new("Split", 2, 1, 2, Split),
        OnnxOperator.Value("Gather", 1, 2, 2, Gather),
    ];

    // Attributes until 9, inputs (and steps) from 10 on. Negative positions count from the end, and all are limited to the axis.
    private static ImportedValue Slice(ImportNode node)
    {
        ImmutableArray<long> starts = node.OptionalIntegers(1) ?? throw node.Malformed("has no starts, which it needs");
        ImmutableArray<long> ends = node.OptionalIntegers(2) ?? throw node.Malformed("has no ends, which it needs");
        ImmutableArray<long> axes = node.OptionalIntegers(3) ?? [.. Enumerable.Range(0, starts.Length)];
        ImmutableArray<long> steps = node.OptionalIntegers(4) ?? [.. Enumerable.Repeat(1L, starts.Length)];
        if (ends.Length != starts.Length || axes.Length != starts.Length || steps.Length != starts.Length)
            throw node.Malformed(
                $"has {starts.Length} starts, {ends.Length} ends, {axes.Length} axes and {steps.Length} steps, where equal numbers are expected");

        ImportedValue value = node.Value(0);
        for (int i = 0; i < starts.Length; i++)
        {
            if (value is IntegerValue integers)
            {
                if (integers.Shape.Rank != 1) throw node.Unsupported($"cuts integers {integers.Shape}; only lists of integers are supported");
                (int start, int length, int step) = Positions(node, starts[i], ends[i], steps[i], integers.Shape[node.Axis(axes[i], 1)]);
                value = IntegerValue.Vector([.. Enumerable.Range(0, length).Select(k => integers.Values[start + k * step])]);
            }
            else
            {
                Tensor x = i == 0 ? node.Tensor(0) : ((TensorValue)value).Tensor;
                int axis = node.Axis(axes[i], x.Shape.Rank);
                (int start, int length, int step) = Positions(node, starts[i], ends[i], steps[i], x.Shape[axis]);
                if (step < 0) throw node.Unsupported($"goes backwards (step {step}) along axis {axis}; only forward steps are supported");
                value = new TensorValue(x.Slice(axis, start, length, step));
            }
        }
        return value;
    }

    private static (int Start, int Length, int Step) Positions(ImportNode node, long start, long end, long step, int extent)
    {
        if (step == 0) throw node.Malformed("has a step of 0");
        step = Math.Clamp(step, -int.MaxValue, int.MaxValue);
        if (start < 0) start = Math.Max(start, -(long)extent - 1) + extent;
        if (end < 0) end = Math.Max(end, -(long)extent - 1) + extent;
        start = Math.Clamp(start, 0, step > 0 ? extent : extent - 1);
        end = step > 0 ? Math.Clamp(end, 0, extent) : Math.Clamp(end, -1, extent - 1);
        long length = Math.Max(0, step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step);
        return ((int)start, (int)length, length <= 1 ? Math.Sign(step) : (int)step);
    }

    // Lengths are an attribute until 12, an input from 13 on; without them the parts are equal.
    private static ImportedValue[] Split(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        int axis = node.Axis(node.Integer("axis", 0), x.Shape.Rank), extent = x.Shape[axis];
        ImmutableArray<long>? given = node.OptionalIntegers(1);
        if (given is null && extent % node.OutputCount != 0)
            throw node.Mismatch($"divides axis {axis} of {x.Shape} into {node.OutputCount} parts, which are not equal");
        ImmutableArray<long> lengths = given ?? [.. Enumerable.Repeat((long)extent / node.OutputCount, node.OutputCount)];
        if (lengths.Length != node.OutputCount || lengths.Any(length => length < 0 || length > extent) || lengths.Sum() != extent)
            throw node.Mismatch(
                $"divides axis {axis} of {x.Shape} into {ImportNode.List(lengths)} for {node.OutputCount} outputs, which does not add up");

        var parts = new ImportedValue[lengths.Length];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = lengths[i] > 0 ? new TensorValue(x.Slice(axis, start, (int)lengths[i])) : new MissingValue("which is empty");
            start += (int)lengths[i];
        }
        return parts;
    }

    // One index drops the axis; a list of them is joined from slices.
    private static ImportedValue Gather(ImportNode node)
    {
        IntegerValue indices = node.IntegerValue(1);
        long axis = node.Integer("axis", 0);
        if (node.Value(0) is IntegerValue integers)
        {
            if (integers.Shape.Rank != 1) throw node.Unsupported($"picks from integers {integers.Shape}; only lists of integers are supported");
            node.Axis(axis, 1);
            return new IntegerValue(indices.Shape, [.. indices.Values.Select(index => integers.Values[Index(node, index, integers.Values.Length)])]);
        }

        Tensor x = node.Tensor(0);
        int along = node.Axis(axis, x.Shape.Rank);
        if (indices.Shape.Rank > 1 || indices.Values.IsEmpty || !node.Budget.TrySlice(indices.Values.Length))
            throw node.Unsupported(
                $"picks by indices {indices.Shape}; only one index or a list is supported, with {ImportBudget.Slices} in all such nodes together");
        Tensor picked = Tensor.Concat(along, [.. indices.Values.Select(index => x.Slice(along, Index(node, index, x.Shape[along]), 1))]);
        return new TensorValue(indices.Shape.Rank == 1 ? picked : picked.Reshape(Shapings.Without(x.Shape, [along])));
    }

    private static int Index(ImportNode node, long index, int extent) =>
        index >= -extent && index < extent
            ? (int)(index < 0 ? index + extent : index)
            : throw node.Mismatch($"picks index {index} of an axis of {extent}");
}
