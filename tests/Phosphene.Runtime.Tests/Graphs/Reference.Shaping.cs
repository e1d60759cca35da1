using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Tests.Graphs;

/// <summary>Index arithmetic, shaping, reductions and products.</summary>
internal static partial class Reference
{
    /// <summary>All indices of a shape in row-major order.</summary>
    private static IEnumerable<int[]> Indices(Shape shape)
    {
        for (int i = 0; i < shape.Count; i++)
        {
            var index = new int[shape.Rank];
            for (int axis = shape.Rank - 1, rest = i; axis >= 0; axis--) (rest, index[axis]) = Math.DivRem(rest, shape[axis]);
            yield return index;
        }
    }

    /// <summary>The place of an index in row-major order. The shape may have fewer axes, or extents of 1, which repeat: NumPy's broadcasting.</summary>
    private static int At(Shape shape, int[] index)
    {
        int at = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
            at = at * shape[axis] + (shape[axis] == 1 ? 0 : index[index.Length - shape.Rank + axis]);
        return at;
    }

    private static int[] Moved(int[] index, int axis, Func<int, int> move)
    {
        int[] moved = [.. index];
        moved[axis] = move(moved[axis]);
        return moved;
    }

    // y[index] = x[from(index)], or the fill where there is no such element.
    private static double[] Gather(Shape shape, double[] x, Func<int[], int?> from, double fill = 0) =>
        [.. Indices(shape).Select(index => from(index) is { } at ? x[at] : fill)];

    // y[to(index)] += x[index] for all elements of x; to an index of y, where extents of 1 take all.
    private static double[] Scatter(Shape yShape, Shape xShape, double[] x, Func<int[], int[]?> to)
    {
        var y = new double[yShape.Count];
        int i = 0;
        foreach (int[] index in Indices(xShape))
        {
            if (to(index) is { } target) y[At(yShape, target)] += x[i];
            i++;
        }
        return y;
    }

    // The index inside the image that an index of the padded image is copied from; null for a constant.
    private static int[]? Inside(Pad pad, Shape image, int[] padded)
    {
        var index = new int[padded.Length];
        for (int axis = 0; axis < index.Length; axis++)
        {
            int i = padded[axis] - pad.Before[axis], last = image[axis] - 1;
            if (pad.Mode == PadMode.Constant && (i < 0 || i > last)) return null;
            index[axis] = pad.Mode == PadMode.Reflect
                ? (i < 0 ? -i : i > last ? last - (i - last) : i)
                : (i < 0 ? 0 : i > last ? last : i);
        }
        return index;
    }

    // Where the element [b, o, m, s] of what was taken stands in [B, O, P, S]; null if nowhere.
    private static int[]? Taken(Shape from, Shape atShape, double[] at, int[] index)
    {
        double number = at[At(atShape, [index[0], index[2]])];
        return number >= 0 && number < from[2] ? Moved(index, 2, _ => (int)number) : null;
    }

    private static double[] Concat(int axis, Tensor y, double[][] parts) => Gathered(Indices(y.Shape).Select(index =>
    {
        int part = 0, i = index[axis];
        while (i >= y.Inputs[part].Shape[axis]) i -= y.Inputs[part++].Shape[axis];
        return parts[part][At(y.Inputs[part].Shape, Moved(index, axis, _ => i))];
    }));

    private static double[] Gathered(IEnumerable<double> values) => [.. values];

    private static double[] Largest(Shape yShape, Shape xShape, double[] x)
    {
        var y = new double[yShape.Count];
        Array.Fill(y, double.NegativeInfinity);
        int i = 0;
        foreach (int[] index in Indices(xShape))
        {
            int at = At(yShape, index);
            y[at] = Math.Max(y[at], x[i++]);
        }
        return y;
    }

    private static double[] Softmax(Shape shape, double[] x, int axis)
    {
        Shape one = shape.With(axis, 1);
        double[] max = Largest(one, shape, x);
        double[] e = Pairwise((value, largest) => Math.Exp(value - largest), shape, shape, x, one, max);
        double[] total = Scatter(one, shape, e, index => index);
        return Pairwise((part, sum) => part / sum, shape, shape, e, one, total);
    }

    private static double[] MatMul(MatMul op, Shape shape, Shape aShape, double[] a, Shape bShape, double[] b)
    {
        int depth = op.TransposeA ? aShape[-2] : aShape[-1];
        return Gathered(Indices(shape).Select(index =>
        {
            int[] outer = index[..^2];
            int m = index[^2], p = index[^1];
            double sum = 0;
            for (int k = 0; k < depth; k++)
                sum += a[At(aShape, op.TransposeA ? [.. outer, k, m] : [.. outer, m, k])] * b[At(bShape, op.TransposeB ? [.. outer, p, k] : [.. outer, k, p])];
            return sum;
        }));
    }
}
