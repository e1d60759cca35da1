using System.Collections.Immutable;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// A tensor as it lies in the memory of another of which it is a part or an arrangement: each axis a list of factors, the outermost first, since what a reshape has merged (images and heads) may not be one stride.
/// </summary>
internal sealed record StridedView(Value Value, long Offset, ImmutableArray<ImmutableArray<StridedView.Factor>> Axes)
{
    /// <summary>So many elements, Stride floats apart.</summary>
    public readonly record struct Factor(int Extent, long Stride);

    /// <summary>All of a row-major value.</summary>
    public static StridedView Of(Value value)
    {
        long[] strides = value.PhysicalStrides();
        return new StridedView(value, 0, [.. value.Shape.Select((extent, axis) => Joined([new Factor(extent, strides[axis])]))]);
    }

    /// <summary>Axis i of the result is axis axes[i] of this.</summary>
    public StridedView Transposed(ImmutableArray<int> axes) => this with { Axes = [.. axes.Select(axis => Axes[axis])] };

    /// <summary>Elements [start, start + length) of an axis; null where that is no regular grid.</summary>
    public StridedView? Sliced(int axis, int start, int length) =>
        Axes[axis].Length > 1 ? null : this with { Offset = Offset + start * StrideOf(Axes[axis]), Axes = Axes.SetItem(axis, Joined([new Factor(length, StrideOf(Axes[axis]))])) };

    /// <summary>The same elements in the same order under another shape; null where that cuts through a factor.</summary>
    public StridedView? Reshaped(Shape shape)
    {
        var rest = new Stack<Factor>(Joined([.. Axes.SelectMany(axis => axis)]).Reverse());
        var axes = new List<ImmutableArray<Factor>>();
        foreach (int extent in shape)
        {
            var factors = new List<Factor>();
            for (int open = extent; open > 1;)
            {
                (int inner, long stride) = rest.Pop();
                int taken = Math.Min(open, inner);
                if (open % taken != 0 || inner % taken != 0) return null;
                factors.Add(new Factor(taken, stride * (inner / taken)));
                if (taken < inner) rest.Push(new Factor(inner / taken, stride));
                open /= taken;
            }
            axes.Add(Joined(factors));
        }
        return this with { Axes = [.. axes] };
    }

    /// <summary>
    /// As matrices of the last two axes, one for each of the leading axes of a product, to which this is broadcast; null where they have no steps or none that is 1.
    /// </summary>
    public StridedMatrices? Matrices(Shape outer)
    {
        if (Axes[^2].Length > 1 || Axes[^1].Length > 1) return null;
        // An axis of one element has any step.
        long row = Axes[^2].Length == 0 ? 1 : StrideOf(Axes[^2]), column = Axes[^1].Length == 0 ? 1 : StrideOf(Axes[^1]);
        return row != 1 && column != 1 ? null : new StridedMatrices(Value, [.. Enumerable.Range(0, outer.Count).Select(Place)], row, column);

        long Place(int index)
        {
            long place = Offset;
            for (int axis = outer.Rank - 1, own = Axes.Length - 3; own >= 0; axis--, own--)
            {
                (index, int at) = Math.DivRem(index, outer[axis]);
                foreach ((int extent, long stride) in Axes[own].Reverse())
                {
                    (at, int digit) = Math.DivRem(at, extent);
                    place += digit * stride;
                }
            }
            return place;
        }
    }

    private static long StrideOf(ImmutableArray<Factor> axis) => axis.Length == 0 ? 0 : axis[^1].Stride;

    // Without factors of 1, and neighbours made one over which memory runs on.
    private static ImmutableArray<Factor> Joined(IEnumerable<Factor> factors)
    {
        var joined = new List<Factor>();
        foreach (Factor factor in factors.Where(factor => factor.Extent != 1))
        {
            if (joined.Count > 0 && joined[^1].Stride == factor.Stride * factor.Extent) joined[^1] = new Factor(joined[^1].Extent * factor.Extent, factor.Stride);
            else joined.Add(factor);
        }
        return [.. joined];
    }
}
