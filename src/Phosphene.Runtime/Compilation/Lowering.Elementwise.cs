using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    private Value Elementwise<TFunction>(Tensor tensor, TFunction function, bool keepsZero) where TFunction : struct, IFunction
    {
        Value x = Of(tensor.Inputs[0]);
        if (x.Layout == Layout.Blocked && !keepsZero && x.Shape.Channels % Value.Block != 0) x = Plain(tensor.Inputs[0]);
        x = Unbroken(x);
        var y = new Value(tensor.Shape, x.Layout);
        Emit(new ElementwiseKernel<TFunction>(x, y, function), [x], [y]);
        return y;
    }

    // keepsZero: f(0, 0) = 0. absorbs: f(0, b) = f(a, 0) = 0, so that a single number, which reaches all lanes, does no harm either.
    private Value Pairwise<TFunction>(Tensor tensor, TFunction function, bool keepsZero, bool absorbs = false) where TFunction : struct, IPairFunction
    {
        int numbers = tensor.Inputs.Count(input => input.Shape.Count == 1);
        bool clean = numbers switch { 0 => keepsZero, 1 => absorbs, _ => false };
        Layout layout = tensor.Shape.Rank == 4 && tensor.Inputs.Any(input => Of(input).Layout == Layout.Blocked) && tensor.Inputs.All(Fits)
            && (clean || tensor.Shape.Channels % Value.Block == 0) ? Layout.Blocked : Layout.Plain;
        Value a = Operand(tensor.Inputs[0]), b = Operand(tensor.Inputs[1]);
        var y = new Value(tensor.Shape, layout);
        Emit(new PairwiseKernel<TFunction>(a, b, y, function, Backend.Team.Count), [a, b], [y]);
        return y;

        // Channels either match or the operand is one number: a single channel cannot be repeated across lanes.
        bool Fits(Tensor input) => input.Shape.Count == 1 || (input.Shape.Rank == 4 && input.Shape.Channels == tensor.Shape.Channels);
        Value Operand(Tensor input) => input.Shape.Count == 1 ? Plain(input) : In(input, layout);
    }

    private Value ChannelAffine(Tensor tensor, Affine op)
    {
        Value x = Blocked(tensor.Inputs[0]);
        ChannelMap map = MapOf(tensor, op);
        Value? addend = op.Adds ? Blocked(tensor.Inputs[1 + map.Values.Count()]) : null;
        EpilogueValues epilogue = MaskOf(tensor.Inputs[^1], op.Mask) with { Addend = addend, Relu = op.Relu };
        if (op.Relu) epilogue = epilogue with { Ceiling = op.Ceiling };
        Value y = New(tensor, Layout.Blocked);
        Emit(new AffineKernel(x, map, y, epilogue, Backend.Team.Count), [x, .. map.Values, .. epilogue.Values], [y]);
        return y;
    }

    private ChannelMap MapOf(Tensor tensor, Affine op)
    {
        int next = 1;
        Value? scale = op.Scales ? Unbroken(Plain(tensor.Inputs[next++])) : null, offset = op.Offsets ? Unbroken(Plain(tensor.Inputs[next])) : null;
        return new ChannelMap(scale, offset, op.Relu, op.Ceiling);
    }

    /// <summary>The value itself if its images follow each other without a gap, otherwise a copy of which that is true.</summary>
    private Value Unbroken(Value value)
    {
        if (value.Contiguous) return value;
        var copy = new Value(value.Shape, value.Layout);
        Emit(StridedCopy.Between(value, copy), [value], [copy]);
        return copy;
    }
}
