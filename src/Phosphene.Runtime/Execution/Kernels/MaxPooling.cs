using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y[n, c, i, j] = the largest of the window of x at (i·StrideY - Top, j·StrideX - Left), both [N, C, H, W] in blocks; padding never wins. For the
/// gradient it also notes the winner of each window, among equals the first in row-major order: its tap ky·KernelX + kx, see <see cref="Winners"/>.
/// An item is a part of the rows of an image and block.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class MaxPooling(Value x, Value y, Winners? winners, Window window) : Kernel
{
    private const int Parts = 4, Together = 64;

    public override int Items(int stage) => x.Shape.Batch * x.Blocks * Parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int part, int block) = Strips.RowsFirst(item, Parts, x.Blocks);
        int plane = n * x.Blocks + block;
        float* from = x.Data + n * x.ImageStride + block * x.BlockStride, to = y.Data + n * y.ImageStride + block * y.BlockStride;
        int width = x.Shape.Width, outputHeight = y.Shape.Height, outputWidth = y.Shape.Width;
        if (MaxPoolingCells.Fits(window))
        {
            for (int i = outputHeight * part / Parts; i < outputHeight * (part + 1) / Parts; i++)
            {
                long place = (long)i * outputWidth * Value.Block;
                byte* winning = winners is null ? null : winners.Of(plane).Bytes + place;
                MaxPoolingCells.Largest<TLane>(from + (long)i * window.KernelY * width * Value.Block, width, window, outputWidth, to + place, winning);
            }
            return;
        }
        float* taps = stackalloc float[Together * Value.Block];
        for (int i = outputHeight * part / Parts; i < outputHeight * (part + 1) / Parts; i++)
            for (int start = 0; start < outputWidth; start += Together)
            {
                int count = Math.Min(Together, outputWidth - start);
                long place = ((long)i * outputWidth + start) * Value.Block;
                Row<TLane>(from, i, start, count, to + place, winners is null ? null : taps);
                winners?.Of(plane).Store<TLane>(place, taps, count * Value.Block);
            }
    }

    // best [count, 16]: the largest of each of a run of windows of a row; taps: where it was, or null for nowhere to note it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Row<T>(float* image, int i, int start, int count, float* best, float* taps) where T : unmanaged, ILane<T>
    {
        int width = x.Shape.Width, top = i * window.StrideY - window.Top, left = start * window.StrideX - window.Left;
        (int firstY, int endY) = Taps(top, window.DilationY, window.KernelY, x.Shape.Height);
        nint row = (nint)window.DilationY * width * Value.Block, column = (nint)window.DilationX * Value.Block;
        for (int end = left + count * window.StrideX; left < end; left += window.StrideX, best += Value.Block)
        {
            (int firstX, int endX) = left >= 0 && left + (window.KernelX - 1) * window.DilationX < width ? (0, window.KernelX) : Taps(left, window.DilationX, window.KernelX, width);
            float* corner = image + ((long)top * width + left) * Value.Block;
            for (int lane = 0; lane < Value.Block; lane += T.Width)
            {
                T largest = T.Broadcast(float.NegativeInfinity), winner = default;
                for (int ky = firstY; ky < endY; ky++)
                    for (int kx = firstX; kx < endX; kx++)
                    {
                        T value = T.Load(corner + ky * row + kx * column + lane);
                        if (taps != null) winner = T.IfGreater(value, largest, T.Broadcast(ky * window.KernelX + kx), winner);
                        largest = T.Max(largest, value);
                    }
                T.Store(best + lane, largest);
                if (taps != null) T.Store(taps + lane, winner);
            }
            if (taps != null) taps += Value.Block;
        }
    }

    // The taps of a window that lie inside an extent along one axis, if the first lies at the given place.
    private static (int First, int End) Taps(int at, int dilation, int kernel, int extent) =>
        (at < 0 ? (dilation - 1 - at) / dilation : 0, Math.Min(kernel, at < extent ? (extent - 1 - at) / dilation + 1 : 0));
}

/// <summary>
/// dx[n, c, y, x] = the sum of dy over the windows that the element wins, then the epilogue; dy and dx are [N, C, H, W] in blocks. Each row asks the
/// rows of windows that it lies in, tap by tap, so that rows are independent. An item is a part of the rows of an image and block.
/// </summary>
internal sealed unsafe class MaxPoolingGradient(Winners winners, Value dy, Value dx, Window window, EpilogueValues epilogue) : Kernel
{
    private const int Parts = 4;

    public override int Items(int stage) => dx.Shape.Batch * dx.Blocks * Parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int part, int block) = Strips.RowsFirst(item, Parts, dx.Blocks);
        int plane = n * dx.Blocks + block;
        float* given = dy.Data + n * dy.ImageStride + block * dy.BlockStride, result = dx.Data + n * dx.ImageStride + block * dx.BlockStride;
        int height = dx.Shape.Height, width = dx.Shape.Width, outputHeight = dy.Shape.Height, outputWidth = dy.Shape.Width;
        WinnerMemory won = winners.Of(plane);
        Epilogue end = epilogue.Of(dx, n);
        for (int y = height * part / Parts; y < height * (part + 1) / Parts; y++)
        {
            float* row = result + (long)y * width * Value.Block;
            if (MaxPoolingCells.Fits(window))
            {
                (int cell, int tapRow) = Math.DivRem(y, window.KernelY);
                long at = (long)cell * outputWidth * Value.Block;
                int covered = cell < outputHeight ? outputWidth : 0, rest = covered * window.KernelX * Value.Block;
                MaxPoolingCells.Give<TLane>(given + at, won.Bytes + at, tapRow, window, covered, row, end);
                new Span<float>(row + rest, width * Value.Block - rest).Clear();
                continue;
            }
            new Span<float>(row, width * Value.Block).Clear();
            for (int ky = 0; ky < window.KernelY; ky++)
            {
                (int i, int rest) = Math.DivRem(y + window.Top - ky * window.DilationY, window.StrideY);
                if (rest != 0 || i < 0 || i >= outputHeight) continue;
                for (int kx = 0; kx < window.KernelX; kx++)
                {
                    (int first, int last) = window.Inside(kx, 0, outputWidth, width);
                    if (first >= last) continue;
                    long from = ((long)i * outputWidth + first) * Value.Block, column = (long)first * window.StrideX - window.Left + kx * window.DilationX;
                    won.Add<TLane>(from, ky * window.KernelX + kx, given + from, row + column * Value.Block, window.StrideX, last - first);
                }
            }
            if (end != Epilogue.None)
                for (int i = 0; i < width * Value.Block; i += TLane.Width) TLane.Store(row + i, end.Apply(row + i, TLane.Load(row + i)));
        }
    }
}

/// <summary>
/// For each window of a max pooling the tap that won, in the order of the pooled value in blocks: bytes, or floats where a window has more than 256
/// taps.
/// </summary>
internal sealed unsafe class Winners
{
    private readonly bool _bytes;
    private readonly long _plane;

    /// <summary>Room for the winners of a pooling with the given result.</summary>
    public Winners(Shape pooled, Window window)
    {
        _bytes = window.KernelY * window.KernelX <= 256;
        _plane = (long)pooled.Height * pooled.Width * Value.Block;
        long count = Value.Size(pooled, Layout.Blocked), floats = _bytes ? count / sizeof(float) : count;
        Memory = new Value(new Shape(checked((int)floats)), Layout.Plain);
    }

    /// <summary>Where they lie.</summary>
    public Value Memory { get; }

    /// <summary>Those of one image and block.</summary>
    public WinnerMemory Of(int plane) => new(Memory.Data, plane * _plane, _bytes);
}

/// <summary>The winners of one image and block: [H, W, 16].</summary>
internal readonly unsafe struct WinnerMemory(float* memory, long start, bool bytes)
{
    private readonly byte* _bytes = bytes ? (byte*)memory + start : null;
    private readonly float* _floats = memory + start;

    /// <summary>The winners as bytes; null where they are floats.</summary>
    public byte* Bytes => _bytes;

    /// <summary>Notes the winners of a run of windows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Store<T>(long at, float* taps, int count) where T : unmanaged, ILane<T>
    {
        if (_bytes == null) new ReadOnlySpan<float>(taps, count).CopyTo(new Span<float>(_floats + at, count));
        else for (int i = 0; i < count; i += T.Width) T.StoreBytes(_bytes + at + i, T.Load(taps + i));
    }

    /// <summary>
    /// For a run of windows of one row: adds what is given, [count, 16], to the elements, [count, step, 16], that won by the given tap.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add<T>(long at, int tap, float* given, float* to, int step, int count) where T : unmanaged, ILane<T>
    {
        if (_bytes == null)
        {
            float* taps = _floats + at;
            T wanted = T.Broadcast(tap);
            for (int pixel = 0; pixel < count; pixel++, taps += Value.Block, given += Value.Block, to += step * Value.Block)
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                    T.Store(to + lane, T.Load(to + lane) + T.IfEqual(T.Load(taps + lane), wanted, T.Load(given + lane), default));
            return;
        }
        byte* bytes = _bytes + at;
        byte byteTap = (byte)tap;
        for (int pixel = 0; pixel < count; pixel++, bytes += Value.Block, given += Value.Block, to += step * Value.Block)
            for (int lane = 0; lane < Value.Block; lane += T.Width)
                T.Store(to + lane, T.Load(to + lane) + T.IfByte(bytes + lane, byteTap, T.Load(given + lane)));
    }
}
