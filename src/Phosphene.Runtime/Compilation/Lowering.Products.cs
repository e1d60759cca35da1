using System.Collections.Immutable;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    private Value Reduced(Tensor tensor, ImmutableArray<int> axes, bool largest)
    {
        Value any = Of(tensor.Inputs[0]);
        if (!largest && any.Layout == Layout.Blocked && axes is [0, 2, 3] or [2, 3])
            return SumsOfChannels(tensor, any, null, overImages: axes[0] == 0);
        Value x = Unbroken(Plain(tensor.Inputs[0]));
        // Runs of neighbouring axes are reduced in one pass each, the last first. An axis that stays ends a run even where its extent is 1: it may be that of a batch, whose images are to be summed as one alone is.
        for (int last = x.Shape.Rank - 1; last >= 0; last--)
        {
            if (!axes.Contains(last) || x.Shape[last] == 1) continue;
            int first = last;
            while (first > 0 && axes.Contains(first - 1)) first--;
            Shape shape = x.Shape;
            int outer = shape.CountOf(0, first), reduced = shape.CountOf(first, last + 1), inner = shape.CountOf(last + 1, shape.Rank);
            for (int axis = first; axis <= last; axis++) shape = shape.With(axis, 1);
            var y = new Value(shape, Layout.Plain);
            Value partial = Scratch(Reduction.PartialFloats(outer, reduced, inner));
            Emit(new Reduction(x, y, outer, reduced, inner, largest, partial), [x], [y, partial]);
            x = y;
            last = first;
        }
        return Renamed(x, tensor.Shape);
    }

    private Value SumOfProducts(Tensor tensor) => SumsOfChannels(tensor, Blocked(tensor.Inputs[0]), Blocked(tensor.Inputs[1]), overImages: false);

    private Value SumsOfChannels(Tensor tensor, Value x, Value? factor, bool overImages)
    {
        Value channels = new(tensor.Shape, Layout.Plain), sums = Scratch(ChannelSums.SumFloats(x));
        Emit(new ChannelSums(x, factor, channels, sums, overImages), factor is null ? [x] : [x, factor], [channels, sums]);
        return channels;
    }

    private Value Normalized(Tensor tensor, int axis, bool logarithm)
    {
        Value x = Unbroken(Plain(tensor.Inputs[0]));
        var y = new Value(tensor.Shape, Layout.Plain);
        Shape s = tensor.Shape;
        Emit(new SoftmaxKernel(x, y, s.CountOf(0, axis), s[axis], s.CountOf(axis + 1, s.Rank), logarithm), [x], [y]);
        return y;
    }

    private Value NormalizedBack(Tensor tensor, int axis)
    {
        Value y = Unbroken(Plain(tensor.Inputs[0])), dy = Unbroken(Plain(tensor.Inputs[1]));
        var dx = new Value(tensor.Shape, Layout.Plain);
        Shape s = tensor.Shape;
        Emit(new SoftmaxGradientKernel(y, dy, dx, s.CountOf(0, axis), s[axis], s.CountOf(axis + 1, s.Rank)), [y, dy], [dx]);
        return dx;
    }

    private Value Largest(Tensor tensor, ArgMax op)
    {
        Value x = Unbroken(Plain(tensor.Inputs[0]));
        var y = new Value(tensor.Shape, Layout.Plain);
        Emit(new ArgMaxKernel(x, y, x.Shape.CountOf(0, op.Axis), x.Shape[op.Axis], x.Shape.CountOf(op.Axis + 1, x.Shape.Rank), op.Last), [x], [y]);
        return y;
    }

    // Forward of x, or the gradient of x and dy.
    private Value Standardized(Tensor tensor, Standardize op)
    {
        Value x = Unbroken(Plain(tensor.Inputs[0]));
        Value? dy = tensor.Inputs.Length > 1 ? Unbroken(Plain(tensor.Inputs[1])) : null;
        var y = new Value(tensor.Shape, Layout.Plain);
        int rows = tensor.Shape.CountOf(0, op.Axis), length = tensor.Shape.CountOf(op.Axis, tensor.Shape.Rank);
        Emit(new StandardizeKernel(x, dy, y, rows, length, op.Epsilon), dy is null ? [x] : [x, dy], [y]);
        return y;
    }

    private Value StandardizedChannels(Tensor tensor, StandardizeChannels op)
    {
        Value x = Blocked(tensor.Inputs[0]), y = New(tensor, Layout.Blocked);
        Value? dy = tensor.Inputs.Length > 1 ? Blocked(tensor.Inputs[1]) : null;
        Emit(new StandardizeChannelsKernel(x, dy, y, op.Epsilon), dy is null ? [x] : [x, dy], [y]);
        return y;
    }

    private Value Sparse(Tensor tensor, SparseProduct op)
    {
        Value x = Unbroken(Plain(tensor.Inputs[0]));
        var y = new Value(tensor.Shape, Layout.Plain);
        Emit(new SparseKernel(x, y, op.Matrix, x.Shape.CountOf(0, op.Axis), x.Shape.CountOf(op.Axis + 1, x.Shape.Rank)), [x], [y]);
        return y;
    }

    private Value Product(Tensor tensor, FusedMatMul fused)
    {
        if (FusedMatMul.IsStrided(tensor)) return Strided(tensor, fused);
        MatMul op = fused.Product;
        Tensor left = tensor.Inputs[0], right = tensor.Inputs[1];
        Value a = Unbroken(Plain(left)), b = Unbroken(Plain(right));
        Value? addend = fused.Adds ? Unbroken(Plain(tensor.Inputs[^1])) : null;
        int m = a.Shape[op.TransposeA ? -1 : -2], k = a.Shape[op.TransposeA ? -2 : -1], p = tensor.Shape[-1], width = 2 * Backend.LaneWidth, matrices = right.Shape.Count / (k * p);
        var y = new Value(tensor.Shape, Layout.Plain);
        var outer = new Shape(tensor.Shape.Extents[..^2]);
        // With one matrix on the right, all rows on the left are rows of one product: the tokens of a batch, or tokens that stand before it.
        if (matrices == 1 && !op.TransposeA) (m, outer) = (tensor.Shape.Count / p, Shape.Scalar);
        int[] aOfBatch = Matrices(outer, a.Shape), bOfBatch = Matrices(outer, b.Shape);
        if (m <= NarrowProduct.MostRows)
        {
            if (op.TransposeA) a = Flipped(a);
            Value? bias = Bias();
            Emit(new NarrowProduct(a, b, bias, y, aOfBatch, bOfBatch, m, k, p, op.TransposeB), Reads(a, b, bias, new EpilogueValues()), [y], Cost.Of(tensor), $"no more than {NarrowProduct.MostRows} rows");
            Add(addend);
            return y;
        }
        // Packed for the way there already: so it is read on the way back.
        if (!op.TransposeA && _packed.TryGetValue((right, ("panels", !op.TransposeB, width, p, k)), out Value? panelsOfTranspose))
        {
            Emit(new TransposedProduct(a, panelsOfTranspose, y, aOfBatch, bOfBatch, m, k, p, width), [a, panelsOfTranspose], [y], Cost.Of(tensor), "packed for the other way");
            Add(Bias());
            Add(addend);
            return y;
        }
        long floats = (long)matrices * MatrixPanels.Panels(p, width) * k * width;
        Value panels = Packed(right, ("panels", op.TransposeB, width, k, p), floats, (from, to) => new MatrixPanels(from, to, matrices, k, p, op.TransposeB, width));
        // A constant may lie in a file where no float is aligned: a distance in floats does not lead there, so it is added afterwards.
        Value? start = fused.Biased ? PackedBias(tensor.Inputs[2]) : null;
        var epilogue = new EpilogueValues(Addend: addend is { Storage.External: true } ? null : addend);
        Emit(new MatrixProduct(a, panels, start, y, epilogue, aOfBatch, bOfBatch, m, k, p, width, op.TransposeA), Reads(a, panels, start, epilogue), [y], Cost.Of(tensor));
        if (epilogue.Addend is null) Add(addend);
        return y;

        Value? Bias() => fused.Biased ? Unbroken(Plain(tensor.Inputs[2])) : null;

        // After a kernel that does not add it itself.
        void Add(Value? term)
        {
            if (term is not null) Emit(new PairwiseKernel<AddFunction>(y, term, y, default, Backend.Team.Count), [y, term], [y]);
        }
    }

    private Value Strided(Tensor tensor, FusedMatMul fused)
    {
        MatMul op = fused.Product;
        var outer = new Shape(tensor.Shape.Extents[..^2]);
        int m = tensor.Shape[-2], k = tensor.Inputs[0].Shape[op.TransposeA ? -2 : -1], p = tensor.Shape[-1];
        StridedMatrices a = Matrices(tensor.Inputs[0], outer, op.TransposeA), b = Matrices(tensor.Inputs[1], outer, op.TransposeB);
        StridedMatrices y = Result(tensor, outer, fused.Ending == RowEnding.None && (long)m * k <= StridedProduct.MostRight);
        if (y.ColumnStep != 1) (a, b, y, m, p) = (b.Transposed, a.Transposed, y.Transposed, p, m);           // yᵀ = bᵀ·aᵀ
        Value? softmax = fused.Ending == RowEnding.SoftmaxGradient ? Unbroken(Plain(tensor.Inputs[^1])) : null;
        Emit(new StridedProduct(a, b, y, fused.Scale, fused.Ending, softmax, m, k, p, 2 * Backend.LaneWidth), softmax is null ? [a.Value, b.Value] : [a.Value, b.Value, softmax], [y.Value], Cost.Of(tensor));
        return y.Value;
    }

    private Value Flipped(Value matrix)
    {
        int rank = matrix.Shape.Rank;
        Shape shape = matrix.Shape.With(rank - 1, matrix.Shape[-2]).With(rank - 2, matrix.Shape[-1]);
        var flipped = new Value(shape, Layout.Plain);
        long[] strides = RowMajor(matrix);
        (strides[rank - 1], strides[rank - 2]) = (strides[rank - 2], strides[rank - 1]);
        return Copy(matrix, 0, strides, flipped, 0, RowMajor(flipped), shape.Extents);
    }

    // Which matrix of an operand each matrix of the result uses, by NumPy's broadcasting over the leading axes.
    private static int[] Matrices(Shape outer, Shape operand)
    {
        var result = new int[outer.Count];
        for (int i = 0; i < result.Length; i++)
        {
            int rest = i, stride = 1;
            for (int axis = outer.Rank - 1, own = operand.Rank - 3; axis >= 0 && own >= 0; axis--, own--)
            {
                (rest, int index) = Math.DivRem(rest, outer[axis]);
                if (operand[own] > 1) result[i] += index * stride;
                stride *= operand[own];
            }
        }
        return result;
    }
}
