using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Copies elements between two regular grids: target[offset + Σ i·targetStride] = source[offset + Σ i·sourceStride] for all indices i of the
/// extents. Slices, transposes, concatenations, broadcasts and constant pads are this with different strides. With a background, the whole
/// target is set to it first.
/// </summary>
internal sealed unsafe class StridedCopy : Kernel
{
    private readonly Value _source, _target;
    private readonly long _sourceOffset, _targetOffset;
    private readonly int[] _extents;
    private readonly long[] _sourceStrides, _targetStrides;
    private readonly float? _background;
    private readonly int _outer, _outerPerItem;

    /// <summary>Offsets and strides are in floats from the first element of each value.</summary>
    public StridedCopy(Value source, long sourceOffset, ReadOnlySpan<long> sourceStrides,
        Value target, long targetOffset, ReadOnlySpan<long> targetStrides, ReadOnlySpan<int> extents, float? background = null)
    {
        (_source, _sourceOffset, _target, _targetOffset, _background) = (source, sourceOffset, target, targetOffset, background);
        (_extents, var strides) = Grid.Collapse(extents, [.. sourceStrides], [.. targetStrides]);
        (_sourceStrides, _targetStrides) = (strides[0], strides[1]);
        _outer = _extents.Length > 1 ? _extents[0] : 1;
        long elements = Math.Max(1, _extents.Aggregate(1L, (product, extent) => product * extent));
        _outerPerItem = elements <= Strips.Alone ? Math.Max(1, _outer) : (int)Math.Clamp((long)Strips.Share * _outer / elements, 1, _outer);
    }

    /// <summary>All elements of a value to another of the same layout and shape.</summary>
    public static StridedCopy Between(Value source, Value target) =>
        new(source, 0, source.PhysicalStrides(), target, 0, target.PhysicalStrides(), source.PhysicalExtents());

    /// <inheritdoc/>
    public override int Stages => _background is null ? 1 : 2;

    /// <inheritdoc/>
    public override int Items(int stage) => stage == Stages - 1 ? (_outer + _outerPerItem - 1) / _outerPerItem : 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        if (stage < Stages - 1)
        {
            new Span<float>(_target.Data, _target.Shape.Count).Fill(_background!.Value);
            return;
        }
        for (int outer = item * _outerPerItem; outer < Math.Min(_outer, (item + 1) * _outerPerItem); outer++) Copy(outer);
    }

    // One index of the first axis.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy(int outer)
    {
        int rank = _extents.Length, inner = _extents[rank - 1], first = rank > 1 ? 1 : 0;
        float* from = _source.Data + _sourceOffset, to = _target.Data + _targetOffset;
        if (rank > 1)
        {
            from += outer * _sourceStrides[0];
            to += outer * _targetStrides[0];
        }
        long step = _sourceStrides[rank - 1], targetStep = _targetStrides[rank - 1];
        int* index = stackalloc int[rank];
        for (int axis = 0; axis < rank; axis++) index[axis] = 0;
        while (true)
        {
            if (targetStep == 1 && step == 1) new ReadOnlySpan<float>(from, inner).CopyTo(new Span<float>(to, inner));
            else if (targetStep == 1 && step == 0) new Span<float>(to, inner).Fill(*from);
            else
                for (int i = 0; i < inner; i++) to[i * targetStep] = from[i * step];

            int axis = rank - 2;
            for (; axis >= first; axis--)
            {
                from += _sourceStrides[axis];
                to += _targetStrides[axis];
                if (++index[axis] < _extents[axis]) break;
                from -= _sourceStrides[axis] * _extents[axis];
                to -= _targetStrides[axis] * _extents[axis];
                index[axis] = 0;
            }
            if (axis < first) return;
        }
    }
}
