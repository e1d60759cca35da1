using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>
/// Which rows (or columns) of an image the elements of a tensor can depend on: element i of one axis on those from Start + i·Stride on, Size of them; or all elements on all of them; or
/// none on any. For operators that are not known here it is all.
/// </summary>
/// <param name="Axis">The axis of the tensor that lies along the rows; null if none does.</param>
/// <param name="Start">The first row that element 0 depends on.</param>
/// <param name="Stride">Rows from an element to the next.</param>
/// <param name="Size">How many rows; 0 if none.</param>
internal readonly record struct Reach(int? Axis, double Start, double Stride, double Size)
{
    private static Reach None => default;

    /// <summary>Of a tensor whose elements each depend on all of so many rows.</summary>
    public static Reach All(int extent) => new(null, 0, 0, extent);

    /// <summary>The reach of a tensor into an image [N, C, H, W] along one of its axes.</summary>
    public static Reach Of(Tensor tensor, Tensor image, int axis)
    {
        var known = new Dictionary<Tensor, Reach>(ReferenceEqualityComparer.Instance) { [image] = new(axis, 0, 1, 1) };
        foreach (Tensor next in Tensor.InOrder([tensor]))
            if (!known.ContainsKey(next)) known.Add(next, Through(next, [.. next.Inputs.Select(input => known[input])], image.Shape[axis]));
        return known[tensor];
    }

    private static Reach Through(Tensor tensor, ImmutableArray<Reach> inputs, int extent)
    {
        Reach all = All(extent);
        if (inputs.All(input => input == None)) return None;
        Reach x = inputs[0];
        Shape shape = tensor.Inputs[0].Shape;
        switch (tensor.Operator)
        {
            // Weights that depend on the image would be something else.
            case Conv2D conv when inputs[1..].All(input => input == None):
                return Windowed(conv.Window);
            case MaxPool2D pool:
                return Windowed(pool.Window);
            case AveragePool2D pool:
                return Windowed(pool.Window);
            case Upsample2D up when x.Axis is 2 or 3:
                // Elements that share a cell see the same; the window of the first reaches as far as that of the last.
                double factor = x.Axis == 2 ? up.FactorY : up.FactorX, step = x.Stride / factor;
                return x with { Start = x.Start - (factor - 1) * step, Stride = step, Size = x.Size + (factor - 1) * step };
            case Softmax or LogSoftmax or Standardize:
                bool mixes = tensor.Operator switch { Softmax softmax => x.Axis == softmax.Axis, LogSoftmax softmax => x.Axis == softmax.Axis, Standardize standardize => x.Axis >= standardize.Axis, _ => true };
                return mixes ? all : x;
            case Elementwise:
                return x;
            case Pairwise or BroadcastTo:
                return Union(tensor.Inputs.Select((input, i) => Broadcast(inputs[i], input.Shape, tensor.Shape)));
            case Concat concat:
                return inputs.Any(input => input.Axis == concat.Axis) ? all : Union(inputs);
            case Transpose transpose:
                return x.Axis is { } from ? x with { Axis = transpose.Axes.IndexOf(from) } : x;
            case Reshape:
                return x.Axis is { } axis ? Kept(axis) is { } kept ? x with { Axis = kept } : all : x;
            case Slice slice:
                return x.Axis == slice.Axis ? x with { Start = x.Start + slice.Start * x.Stride, Stride = x.Stride * slice.Step } : x;
            case Pad pad:
                return x.Axis is { } padded ? x with { Start = x.Start - pad.Before[padded] * x.Stride } : x;
            case Sum sum:
                return x.Axis is { } summed && sum.Axes.Contains(summed) ? all : x;
            case Max max:
                return x.Axis is { } greatest && max.Axes.Contains(greatest) ? all : x;
            case SparseProduct product:
                return x.Axis == product.Axis ? all : x;
            case ChannelPick when inputs[1] == None:
                return x.Axis == 1 ? all : x;
            case MatMul product:
                return Union([Factor(0, product.TransposeA ? -1 : -2), Factor(1, product.TransposeB ? -2 : -1)]);
            default:
                return all;
        }

        // Rows i·stride - before, ... of what is rows already.
        Reach Windowed(Window window) => x.Axis switch
        {
            2 => Composed(window.KernelY, window.StrideY, window.DilationY, window.Top),
            3 => Composed(window.KernelX, window.StrideX, window.DilationX, window.Left),
            null => x,
            _ => all,
        };

        Reach Composed(int kernel, int stride, int dilation, int before) =>
            new(x.Axis, x.Start - before * x.Stride, x.Stride * stride, x.Size + (kernel - 1) * dilation * x.Stride);

        // The axis of the new shape with the same elements.
        int? Kept(int axis)
        {
            int behind = Behind(shape, axis);
            for (int other = 0; other < tensor.Shape.Rank; other++)
                if (tensor.Shape[other] == shape[axis] && Behind(tensor.Shape, other) == behind) return other;
            return null;
        }

        // An operand of a product: of its last two axes one stays, the other is summed over.
        Reach Factor(int operand, int stays)
        {
            int rank = tensor.Inputs[operand].Shape.Rank;
            Reach factor = inputs[operand];
            if (factor.Axis is not { } at) return factor;
            if (at >= rank - 2 && at != rank + stays) return all;
            int place = at < rank - 2 ? at - rank : operand == 0 ? -2 : -1;
            return factor with { Axis = tensor.Shape.Rank + place };
        }

        // Either sees what one of them sees, where they go along together.
        Reach Union(IEnumerable<Reach> reaches)
        {
            Reach union = None;
            foreach (Reach reach in reaches.Where(reach => reach != None))
            {
                if (union == None || union == reach) union = reach;
                else if (reach.Axis is null || union.Axis != reach.Axis || union.Stride != reach.Stride) return all;
                else
                {
                    double start = Math.Min(union.Start, reach.Start);
                    union = union with { Start = start, Size = Math.Max(union.Start + union.Size, reach.Start + reach.Size) - start };
                }
            }
            return union;
        }

        Reach Broadcast(Reach reach, Shape from, Shape to) => reach.Axis is not { } axis ? reach
            : from[axis] < to[axis + to.Rank - from.Rank] ? all
            : reach with { Axis = axis + to.Rank - from.Rank };
    }

    private static int Behind(Shape shape, int axis)
    {
        int count = 1;
        for (int next = axis + 1; next < shape.Rank; next++) count *= shape[next];
        return count;
    }
}
