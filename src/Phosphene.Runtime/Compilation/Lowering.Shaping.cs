using System.Collections.Immutable;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

internal sealed partial class Lowering
{
    private Value Reshaped(Tensor tensor) => Renamed(Unbroken(Plain(tensor.Inputs[0])), tensor.Shape);

    // The same unbroken memory under another shape.
    private static Value Renamed(Value value, Shape shape) => new(shape, Layout.Plain, value.Storage, value.Offset, ImageSize(shape));

    private Value Copy(Value source, long sourceOffset, long[] sourceStrides, Value target, long targetOffset, long[] targetStrides,
        ReadOnlySpan<int> extents, float? background = null)
    {
        Emit(new StridedCopy(source, sourceOffset, sourceStrides, target, targetOffset, targetStrides, extents, background), [source], [target]);
        return target;
    }

    private Value Broadcast(Tensor tensor)
    {
        Value x = Plain(tensor.Inputs[0]);
        var y = new Value(tensor.Shape, Layout.Plain);
        long[] strides = [.. new long[tensor.Shape.Rank - x.Shape.Rank], .. x.PhysicalStrides()];
        return Copy(x, 0, strides, y, 0, y.PhysicalStrides(), tensor.Shape.Extents);
    }

    private Value Transposed(Tensor tensor, Transpose op)
    {
        Value x = Plain(tensor.Inputs[0]);
        var y = new Value(tensor.Shape, Layout.Plain);
        long[] strides = x.PhysicalStrides();
        return Copy(x, 0, [.. op.Axes.Select(axis => strides[axis])], y, 0, y.PhysicalStrides(), tensor.Shape.Extents);
    }

    private Value Sliced(Tensor tensor, Slice op)
    {
        Value any = Of(tensor.Inputs[0]);
        if (any.Layout == Layout.Blocked && op is { Axis: 1, Step: 1 } && op.Start % Value.Block == 0
            && (op.Length % Value.Block == 0 || op.Start + op.Length == any.Shape.Channels))
            return any.ChannelView(op.Start, op.Length);
        if (op is { Axis: 0, Step: 1 })
            return new Value(tensor.Shape, any.Layout, any.Storage, any.Offset + op.Start * any.ImageStride, any.ImageStride);
        Value x = Plain(tensor.Inputs[0]);
        var y = new Value(tensor.Shape, Layout.Plain);
        long[] strides = RowMajor(x);
        long offset = op.Start * strides[op.Axis];
        strides[op.Axis] *= op.Step;
        return Copy(x, offset, strides, y, 0, y.PhysicalStrides(), tensor.Shape.Extents);
    }

    private Value SliceGradient(Tensor tensor, SliceGradient op)
    {
        Value x = Plain(tensor.Inputs[0]);
        var y = new Value(tensor.Shape, Layout.Plain);
        long[] strides = RowMajor(y);
        long offset = op.Start * strides[op.Axis];
        strides[op.Axis] *= op.Step;
        return Copy(x, 0, x.PhysicalStrides(), y, offset, strides, x.Shape.Extents, background: 0);
    }

    private Value Picked(Tensor tensor)
    {
        Value x = Of(tensor.Inputs[0]), channels = Unbroken(Plain(tensor.Inputs[1])), y = new(tensor.Shape, Layout.Plain);
        Emit(new ChannelPickKernel(x, channels, y), [x, channels], [y]);
        return y;
    }

    private Value PickedBack(Tensor tensor)
    {
        Value dy = Unbroken(Plain(tensor.Inputs[0])), channels = Unbroken(Plain(tensor.Inputs[1]));
        var dx = new Value(tensor.Shape, tensor.Shape.Rank == 4 && tensor.Shape.Channels >= Value.Block ? Layout.Blocked : Layout.Plain);
        Emit(new ChannelPickGradientKernel(dy, channels, dx), [dy, channels], [dx]);
        return dx;
    }

    private Value Taken(Tensor tensor)
    {
        Value x = Unbroken(Plain(tensor.Inputs[0])), at = Unbroken(Plain(tensor.Inputs[1])), y = new(tensor.Shape, Layout.Plain);
        Emit(new TakeKernel(x, at, y), [x, at], [y]);
        return y;
    }

    private Value TakenBack(Tensor tensor)
    {
        Value dy = Unbroken(Plain(tensor.Inputs[0])), at = Unbroken(Plain(tensor.Inputs[1])), dx = new(tensor.Shape, Layout.Plain);
        Emit(new TakeGradientKernel(dy, at, dx), [dy, at], [dx]);
        return dx;
    }

    private Value Ranked(Tensor tensor)
    {
        Value x = Unbroken(Plain(tensor.Inputs[0])), y = new(tensor.Shape, Layout.Plain), keys = Scratch(RankKernel.KeyFloats(tensor.Shape));
        Emit(new RankKernel(x, keys, y), [x], [keys, y]);
        return y;
    }

    // Strides that are not zero where the extent is 1: for places, not for broadcasting.
    private static long[] RowMajor(Value value)
    {
        var strides = new long[value.Shape.Rank];
        long stride = 1;
        for (int axis = strides.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = axis == 0 ? value.ImageStride : stride;
            stride *= value.Shape[axis];
        }
        return strides;
    }

    private Value Joined(Tensor tensor, Concat op)
    {
        Value? started = Started(tensor);
        if (started is { Layout: Layout.Blocked }) return started;   // every part was computed in its place
        bool blocks = started is null && op.Axis == 1 && tensor.Shape.Rank == 4 && tensor.Inputs.Any(part => Of(part).Layout == Layout.Blocked)
            && tensor.Inputs.All(part => part.Shape.Channels % Value.Block == 0);
        Value y = started ?? new Value(tensor.Shape, blocks ? Layout.Blocked : Layout.Plain);
        long[] strides = blocks ? [] : RowMajor(y);
        int start = 0;
        foreach (Tensor part in tensor.Inputs)
        {
            // A part that others read too has its place elsewhere.
            if (_inPlace.Contains(part) && ReferenceEquals(_onlyReaders.GetValueOrDefault(part), tensor))
            {
                start += part.Shape[op.Axis];
                continue;
            }
            Value x = In(part, y.Layout);
            if (blocks)
            {
                Value place = y.ChannelView(start, part.Shape.Channels);
                Copy(x, 0, x.PhysicalStrides(), place, 0, place.PhysicalStrides(), place.PhysicalExtents());
            }
            else Copy(x, 0, x.PhysicalStrides(), y, start * strides[op.Axis], strides, part.Shape.Extents);
            start += part.Shape[op.Axis];
        }
        return y;
    }

    private Value Padded(Tensor tensor, Pad op)
    {
        Value x = Unbroken(Plain(tensor.Inputs[0]));
        var y = new Value(tensor.Shape, Layout.Plain);
        if (op.Mode == PadMode.Constant)
        {
            long[] strides = RowMajor(y);
            return Copy(x, 0, x.PhysicalStrides(), y, Offset(strides, op.Before), strides, x.Shape.Extents, op.Value);
        }
        Emit(new PadKernel(x, y, Maps(op, x.Shape), backward: false), [x], [y]);
        return y;
    }

    private Value Unpadded(Tensor tensor, PadGradient op)
    {
        Value dy = Unbroken(Plain(tensor.Inputs[0]));
        var dx = new Value(tensor.Shape, Layout.Plain);
        if (op.Pad.Mode == PadMode.Constant)
        {
            long[] strides = RowMajor(dy);
            return Copy(dy, Offset(strides, op.Pad.Before), strides, dx, 0, dx.PhysicalStrides(), dx.Shape.Extents);
        }
        Emit(new PadKernel(dx, dy, Maps(op.Pad, dx.Shape), backward: true), [dy], [dx]);
        return dx;
    }

    private static long Offset(long[] strides, ImmutableArray<int> index) => strides.Zip(index, (stride, i) => stride * i).Sum();

    // For each axis, the input index that each output index is copied from.
    private static int[][] Maps(Pad op, Shape input) =>
    [
        .. Enumerable.Range(0, input.Rank).Select(axis => Enumerable.Range(-op.Before[axis], input[axis] + op.Before[axis] + op.After[axis])
            .Select(i => op.Mode == PadMode.Edge ? Math.Clamp(i, 0, input[axis] - 1) : Reflected(i, input[axis])).ToArray()),
    ];

    private static int Reflected(int i, int extent) => i < 0 ? -i : i >= extent ? 2 * (extent - 1) - i : i;
}
