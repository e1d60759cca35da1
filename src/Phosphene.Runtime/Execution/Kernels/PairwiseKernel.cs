using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y[i] = f(a[i], b[i]) with broadcasting, expressed as strides of 0. All three operands have the same layout; y is one unbroken run per image.
/// Items are runs of the innermost loop, grouped so that each does enough work; of images in blocks without broadcasting, as many parts of their pixels as there are threads,
/// so that each thread has the same rows as in other kernels.
/// </summary>
internal sealed unsafe class PairwiseKernel<TFunction> : Kernel where TFunction : struct, IPairFunction
{
    private readonly Value _a, _b, _y;
    private readonly TFunction _function;
    private readonly int[] _extents;
    private readonly long[] _aStrides, _bStrides, _yStrides;
    private readonly int _rows, _rowsPerItem, _piecesPerRow, _inner, _grain, _parts;

    public PairwiseKernel(Value a, Value b, Value y, TFunction function, int threads)
    {
        (_a, _b, _y, _function) = (a, b, y, function);
        int[] extents = y.PhysicalExtents();
        (_extents, long[][] strides) = Grid.Collapse(extents, Aligned(a, extents.Length), Aligned(b, extents.Length), y.PhysicalStrides());
        (_aStrides, _bStrides, _yStrides) = (strides[0], strides[1], strides[2]);
        _inner = _extents[^1];
        _rows = 1;
        for (int axis = 0; axis < _extents.Length - 1; axis++) _rows *= _extents[axis];
        _grain = (long)_rows * _inner <= Strips.Alone ? Strips.Alone : Strips.Share;
        _piecesPerRow = Math.Max(1, (_inner + _grain - 1) / _grain);
        _rowsPerItem = Math.Max(1, _grain / Math.Max(1, _inner));
        bool isImage = y.Layout == Layout.Blocked && a.Layout == Layout.Blocked && b.Layout == Layout.Blocked && a.Shape == y.Shape && b.Shape == y.Shape;
        _parts = isImage && (long)_rows * _inner > Strips.Share ? Math.Min(threads, y.Shape.Height * y.Shape.Width) : 0;
    }

    // Broadcasting adds leading axes; a scalar has none of its own.
    private static long[] Aligned(Value value, int rank)
    {
        long[] strides = value.PhysicalStrides();
        return [.. new long[rank - strides.Length], .. strides];
    }

    public override int Items(int stage) => _parts > 0 ? _y.Shape.Batch * _parts : (_rows + _rowsPerItem - 1) / _rowsPerItem * _piecesPerRow;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        if (_parts > 0)
        {
            Pixels<TLane>(item);
            return;
        }
        (int group, int piece) = Math.DivRem(item, _piecesPerRow);
        int from = piece * _grain, count = _piecesPerRow == 1 ? _inner : Math.Min(_grain, _inner - from), last = _extents.Length - 1;
        for (int row = group * _rowsPerItem, end = Math.Min(_rows, row + _rowsPerItem), together; row < end; row += together)
        {
            float* a = _a.Data + from * _aStrides[last], b = _b.Data + from * _bStrides[last], y = _y.Data + from * _yStrides[last];
            for (int axis = last - 1, rest = row; axis >= 0; axis--)
            {
                (rest, int index) = Math.DivRem(rest, _extents[axis]);
                a += index * _aStrides[axis];
                b += index * _bStrides[axis];
                y += index * _yStrides[axis];
            }
            // Rows that differ in one index only.
            together = last == 0 ? 1 : Math.Min(end - row, _extents[last - 1] - row % _extents[last - 1]);
            if (together > 1 && count % TLane.Width == 0 && _aStrides[last] == 1 && _bStrides[last] == 1 && _yStrides[last] == 1)
                Rows<TLane>(a, _aStrides[last - 1], b, _bStrides[last - 1], y, _yStrides[last - 1], count, together);
            else
            {
                together = 1;
                Row<TLane>(a, _aStrides[last], b, _bStrides[last], y, _yStrides[last], count);
            }
        }
    }

    // Some pixels of one image, of all its blocks.
    private void Pixels<TLane>(int item) where TLane : unmanaged, ILane<TLane>
    {
        (int image, int part) = Math.DivRem(item, _parts);
        (int first, int end) = Strips.OfBlock(_y, part, _parts);
        float* a = _a.Data + image * _a.ImageStride + first, b = _b.Data + image * _b.ImageStride + first, y = _y.Data + image * _y.ImageStride + first;
        for (int block = 0; block < _y.Blocks; block++, a += _a.BlockStride, b += _b.BlockStride, y += _y.BlockStride) Row<TLane>(a, 1, b, 1, y, 1, end - first);
    }

    // Rows of whole vectors, such as the 16 lanes of the pixels of a block beside the same 16 numbers for all of them: too short for a call each.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows<TLane>(float* a, long aStride, float* b, long bStride, float* y, long yStride, int count, int rows) where TLane : unmanaged, ILane<TLane>
    {
        TFunction f = _function;
        for (; rows > 0; rows--, a += aStride, b += bStride, y += yStride)
            for (int i = 0; i < count; i += TLane.Width) TLane.Store(y + i, f.Apply(TLane.Load(a + i), TLane.Load(b + i)));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<TLane>(float* a, long aStep, float* b, long bStep, float* y, long yStep, int count) where TLane : unmanaged, ILane<TLane>
    {
        TFunction f = _function;
        int i = 0;
        if (yStep == 1 && aStep == 1 && bStep == 1)
            for (; i <= count - TLane.Width; i += TLane.Width) TLane.Store(y + i, f.Apply(TLane.Load(a + i), TLane.Load(b + i)));
        else if (yStep == 1 && aStep == 1 && bStep == 0)
        {
            TLane right = TLane.Broadcast(*b);
            for (; i <= count - TLane.Width; i += TLane.Width) TLane.Store(y + i, f.Apply(TLane.Load(a + i), right));
        }
        else if (yStep == 1 && aStep == 0 && bStep == 1)
        {
            TLane left = TLane.Broadcast(*a);
            for (; i <= count - TLane.Width; i += TLane.Width) TLane.Store(y + i, f.Apply(left, TLane.Load(b + i)));
        }
        // What is left, or has gaps, goes through whole vectors too: a single float rounds otherwise, and a value is not to depend on its place.
        float* lefts = stackalloc float[Value.Block], rights = stackalloc float[Value.Block];
        for (; i < count; i += TLane.Width)
        {
            int some = Math.Min(TLane.Width, count - i);
            for (int lane = 0; lane < some; lane++) (lefts[lane], rights[lane]) = (a[(i + lane) * aStep], b[(i + lane) * bStep]);
            TLane.Store(lefts, f.Apply(TLane.Load(lefts), TLane.Load(rights)));
            for (int lane = 0; lane < some; lane++) y[(i + lane) * yStep] = lefts[lane];
        }
    }
}
