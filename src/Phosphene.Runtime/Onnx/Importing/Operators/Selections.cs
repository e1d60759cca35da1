using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Reading;

namespace Phosphene.Runtime.Onnx.Importing;

/// <summary>Parts of tensors, at positions known at import.</summary>
internal static class Selections
{
    public static readonly OnnxOperator[] Entries =
    [
        OnnxOperator.Value("Slice", 1, 1, 5, Slice),
        new("Split", 1, 1, 2, Split),
        OnnxOperator.Value("Gather", 1, 2, 2, Gather),
        OnnxOperator.Of("Compress", 9, 2, Compress),
        OnnxOperator.Of("ReverseSequence", 10, 2, ReverseSequence),
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

        if (node.Value(0) is IntegerValue { Shape.Rank: 1 } integers)
        {
            for (int i = 0; i < starts.Length; i++)
            {
                (int start, int length, int step) = Positions(node, starts[i], ends[i], steps[i], integers.Shape[node.Axis(axes[i], 1)]);
                integers = integers with { Shape = new Shape(length), Values = [.. Enumerable.Range(0, length).Select(k => integers.Values[start + k * step])] };
            }
            return integers;
        }
        Tensor x = node.AnyTensor(0);
        for (int i = 0; i < starts.Length; i++)
        {
            int axis = node.Axis(axes[i], x.Shape.Rank);
            (int start, int length, int step) = Positions(node, starts[i], ends[i], steps[i], x.Shape[axis]);
            x = step > 0 && length > 0
                ? x.Slice(axis, start, length, step)
                : x.Pick(axis, [.. Enumerable.Range(0, length).Select(k => start + k * step)]);
        }
        return new TensorValue(x, node.TypeOf(0));
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

    // Without lengths the parts are equal; since 18 the last may be shorter.
    private static ImportedValue[] Split(ImportNode node)
    {
        Tensor x = node.AnyTensor(0);
        int axis = node.Axis(node.Integer("axis", 0), x.Shape.Rank), extent = x.Shape[axis], count = node.OutputCount;
        if (node.Opset >= 18 && node.Integer("num_outputs") is { } stated && stated != count)
            throw node.Malformed($"has num_outputs = {stated}, but {count} outputs");
        int each = (extent + count - 1) / count;
        ImmutableArray<long>? given = node.OptionalIntegers(1);
        if (given is null && extent % count != 0 && (node.Opset < 18 || each * (count - 1L) >= extent))
            throw node.Mismatch($"divides axis {axis} of {x.Shape} into {count} parts, which are not equal");
        ImmutableArray<long> lengths = given ?? [.. Enumerable.Range(0, count).Select(i => Math.Min((long)each, extent - (long)i * each))];
        if (lengths.Length != count || lengths.Any(length => length < 0 || length > extent) || lengths.Sum() != extent)
            throw node.Mismatch(
                $"divides axis {axis} of {x.Shape} into {ImportNode.List(lengths)} for {count} outputs, which does not add up");

        var parts = new ImportedValue[lengths.Length];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = new TensorValue(lengths[i] > 0 ? x.Slice(axis, start, (int)lengths[i]) : x.Pick(axis, []), node.TypeOf(0));
            start += (int)lengths[i];
        }
        return parts;
    }

    // The indices' axes take the place of the one picked from.
    private static ImportedValue Gather(ImportNode node)
    {
        Shape from = node.ShapeOf(0);
        int axis = node.Axis(node.Integer("axis", 0), from.Rank);
        if (node.Known(1) is not { } indices) return new TensorValue(Lookups.Along(node, axis), node.TypeOf(0));
        int[] picks = [.. indices.Values.Select(index => Index(node, index, from[axis]))];
        Shape shape = new([.. from.Extents[..axis], .. indices.Shape.Extents, .. from.Extents[(axis + 1)..]]);
        if (node.Value(0) is IntegerValue { Shape.Rank: 1 } integers)
            return integers with { Shape = shape, Values = [.. picks.Select(pick => integers.Values[pick])] };

        if (shape.Rank > Limits.Rank) throw node.Unsupported($"makes a tensor of rank {shape.Rank}, where at most {Limits.Rank} is supported");
        Fillings.Affordable(node, shape);
        Tensor x = node.AnyTensor(0);
        Tensor picked = picks is [var only] ? x.Slice(axis, only, 1) : x.Pick(axis, picks);
        return new TensorValue(picked.Reshape(shape), node.TypeOf(0));
    }

    // Where the condition holds, along an axis or of all elements in a row.
    private static Tensor Compress(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        ImmutableArray<long> condition = node.Integers(1);
        int axis = 0;
        if (node.Integer("axis") is { } given) axis = node.Axis(given, x.Shape.Rank);
        else x = x.Reshape(new Shape(x.Shape.Count));
        if (condition.Length > x.Shape[axis]) throw node.Mismatch($"has {condition.Length} conditions for axis {axis} of {x.Shape}");
        return x.Pick(axis, [.. Enumerable.Range(0, condition.Length).Where(i => condition[i] != 0)]);
    }

    // The first lengths[b] elements of each batch b are turned around.
    private static Tensor ReverseSequence(ImportNode node)
    {
        Tensor x = node.Tensor(0);
        ImmutableArray<long> lengths = node.Integers(1);
        int batch = node.Axis(node.Integer("batch_axis", 1), x.Shape.Rank), time = node.Axis(node.Integer("time_axis", 0), x.Shape.Rank);
        if (lengths.Length != x.Shape[batch]) throw node.Mismatch($"has {lengths.Length} lengths for axis {batch} of {x.Shape}");
        var parts = new Tensor[lengths.Length];
        for (int b = 0; b < parts.Length; b++)
        {
            if (lengths[b] < 0 || lengths[b] > x.Shape[time]) throw node.Mismatch($"turns around {lengths[b]} elements of axis {time} of {x.Shape}");
            int length = (int)lengths[b];
            parts[b] = x.Slice(batch, b, 1).Pick(time, [.. Enumerable.Range(0, x.Shape[time]).Select(t => t < length ? length - 1 - t : t)]);
        }
        return Tensor.Concat(batch, parts);
    }

    /// <summary>An index of an axis, where a negative one counts from the end.</summary>
    public static int Index(ImportNode node, long index, int extent) =>
        index >= -extent && index < extent
            ? (int)(index < 0 ? index + extent : index)
            : throw node.Mismatch($"picks index {index} of an axis of {extent}");
}
