using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Local response normalization over channels, [N, C, H, W] in blocks:
/// <code>
/// s[c]  = Bias + Alpha / Size · Σ x[c']²,  c' in [c - before, c + after]
/// y[c]  = x[c]·s[c]^-Beta
/// dx[c] = epilogue of dy[c]·s[c]^-Beta - 2·Alpha·Beta / Size · x[c]·Σ dy[c'']·x[c'']·s[c'']^(-Beta - 1),  c'' in [c - after, c + before]
/// </code>
/// The channels of a pixel are gathered into a line with a margin of zeros, where a window is a sum of shifted vectors. Several pixels are gathered,
/// block by block, before the first is summed: their channels lie side by side in memory, and a processor cannot read at once what it has just written
/// at another alignment. One item per image row.
/// </summary>
internal sealed unsafe class LrnKernel : Kernel
{
    private const int Together = 8;
    private readonly Value _x, _result, _lines;
    private readonly Value? _dy;
    private readonly Lrn _lrn;
    private readonly EpilogueValues _epilogue;
    private readonly int _channels, _before, _after, _line;
    private readonly long _blockStride;

    /// <summary>x, dy (null for the forward direction) and the result are [N, C, H, W] in blocks; lines is working memory.</summary>
    public LrnKernel(Value x, Value? dy, Value result, Value lines, Lrn lrn, EpilogueValues epilogue)
    {
        (_x, _dy, _result, _lines, _lrn, _epilogue) = (x, dy, result, lines, lrn, epilogue);
        _channels = x.Blocks * Value.Block;
        _before = (lrn.Size - 1) / 2;
        _after = lrn.Size - 1 - _before;
        _line = Line(x, lrn);
        _blockStride = x.BlockStride;
    }

    /// <summary>The floats of working memory: for each image row, a line and a row of factors for each pixel gathered.</summary>
    public static long LineFloats(Value x, Lrn lrn) => (long)x.Shape.Batch * x.Shape.Height * Together * (Line(x, lrn) + x.Blocks * Value.Block);

    private static int Line(Value x, Lrn lrn) => x.Blocks * Value.Block + 2 * lrn.Size;

    public override int Items(int stage) => _x.Shape.Batch * _x.Shape.Height;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int row) = Math.DivRem(item, _x.Shape.Height);
        float* lines = _lines.Data + (long)item * Together * (_line + _channels), factors = lines + Together * _line;
        new Span<float>(lines, Together * _line).Clear();
        long start = (long)row * _x.Shape.Width * Value.Block;
        float* from = _x.Data + n * _x.ImageStride + start, to = _result.Data + n * _result.ImageStride + start;
        float* gradient = _dy is null ? null : _dy.Data + n * _dy.ImageStride + start;
        Epilogue epilogue = _epilogue.Of(_result, n);
        for (int column = 0; column < _x.Shape.Width; column += Together)
        {
            int count = Math.Min(Together, _x.Shape.Width - column);
            float* x = from + column * Value.Block, result = to + column * Value.Block, dy = gradient + column * Value.Block;
            Squares<TLane>(x, lines + _lrn.Size, count);
            if (gradient == null)
            {
                Normalize<TLane>(x, lines + _lrn.Size, result, count);
                continue;
            }
            Shares<TLane>(x, dy, lines + _lrn.Size, result, factors, count);
            Gather<TLane>(result, lines + _lrn.Size, count);
            Differentiate<TLane>(x, dy, lines + _lrn.Size, factors, result, epilogue, count);
        }
    }

    // line[c] = x[c]²
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Squares<T>(float* x, float* lines, int count) where T : unmanaged, ILane<T>
    {
        for (int first = 0; first < _channels; first += Value.Block, x += _blockStride)
            for (int p = 0; p < count; p++)
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                {
                    T value = T.Load(x + p * Value.Block + lane);
                    T.Store(lines + p * _line + first + lane, value * value);
                }
    }

    // y[c] = x[c]·s[c]^-Beta
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize<T>(float* x, float* lines, float* y, int count) where T : unmanaged, ILane<T>
    {
        T scale = T.Broadcast(_lrn.Alpha / _lrn.Size), bias = T.Broadcast(_lrn.Bias);
        for (int first = 0; first < _channels; first += Value.Block, x += _blockStride, y += _blockStride)
            for (int p = 0; p < count; p++)
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                {
                    T s = T.MultiplyAdd(Window<T>(lines + p * _line + first + lane, _before, _after), scale, bias);
                    T.Store(y + p * Value.Block + lane, T.Load(x + p * Value.Block + lane) * NegativePower(s));
                }
    }

    // factors[c] = s[c]^-Beta and shares[c] = dy[c]·x[c]·s[c]^(-Beta - 1)
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shares<T>(float* x, float* dy, float* lines, float* shares, float* factors, int count) where T : unmanaged, ILane<T>
    {
        T scale = T.Broadcast(_lrn.Alpha / _lrn.Size), bias = T.Broadcast(_lrn.Bias);
        for (int first = 0; first < _channels; first += Value.Block, x += _blockStride, dy += _blockStride, shares += _blockStride)
            for (int p = 0; p < count; p++)
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                {
                    int at = p * Value.Block + lane;
                    T s = T.MultiplyAdd(Window<T>(lines + p * _line + first + lane, _before, _after), scale, bias), factor = NegativePower(s);
                    T.Store(factors + p * _channels + first + lane, factor);
                    T.Store(shares + at, T.Load(dy + at) * T.Load(x + at) * factor / T.Max(T.Broadcast(1e-30f), s));
                }
    }

    // line[c] = shares[c]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather<T>(float* shares, float* lines, int count) where T : unmanaged, ILane<T>
    {
        for (int first = 0; first < _channels; first += Value.Block, shares += _blockStride)
            for (int p = 0; p < count; p++)
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                    T.Store(lines + p * _line + first + lane, T.Load(shares + p * Value.Block + lane));
    }

    // dx[c] = epilogue of dy[c]·factors[c] - 2·Alpha·Beta / Size·x[c]·Σ shares
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differentiate<T>(float* x, float* dy, float* lines, float* factors, float* dx, Epilogue epilogue, int count) where T : unmanaged, ILane<T>
    {
        T twice = T.Broadcast(2 * _lrn.Alpha * _lrn.Beta / _lrn.Size);
        for (int first = 0; first < _channels; first += Value.Block, x += _blockStride, dy += _blockStride, dx += _blockStride)
            for (int p = 0; p < count; p++)
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                {
                    int at = p * Value.Block + lane;
                    T spread = Window<T>(lines + p * _line + first + lane, _after, _before) * twice * T.Load(x + at);
                    T.Store(dx + at, epilogue.Apply(dx + at, T.Load(dy + at) * T.Load(factors + p * _channels + first + lane) - spread));
                }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Window<T>(float* centre, int before, int after) where T : unmanaged, ILane<T>
    {
        T sum = T.Load(centre - before);
        for (int shift = 1 - before; shift <= after; shift++) sum += T.Load(centre + shift);
        return sum;
    }

    // The usual exponent, 3/4, by two square roots; others by logarithms.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private T NegativePower<T>(T s) where T : unmanaged, ILane<T>
    {
        // With a bias of 0, lanes past the last channel would be 0 times infinity.
        s = T.Max(T.Broadcast(1e-30f), s);
        if (_lrn.Beta != 0.75f) return T.Exp(T.Broadcast(-_lrn.Beta) * T.Log(s));
        T root = T.Sqrt(s);
        return T.Broadcast(1) / (root * T.Sqrt(root));
    }
}
