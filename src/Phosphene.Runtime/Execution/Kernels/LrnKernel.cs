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
/// The channels of a pixel are gathered into a line with a margin of zeros, where a window is a sum of shifted vectors. Several pixels are gathered
/// before the first is summed, since a processor cannot read at once what it has just written at another alignment. One item per image row.
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
            for (int p = 0; p < count; p++) Squares<TLane>(from + (column + p) * Value.Block, lines + p * _line + _lrn.Size);
            for (int p = 0; p < count; p++)
            {
                int pixel = (column + p) * Value.Block;
                float* line = lines + p * _line + _lrn.Size;
                if (gradient == null) Normalize<TLane>(from + pixel, line, to + pixel);
                else Shares<TLane>(from + pixel, gradient + pixel, line, to + pixel, factors + p * _channels);
            }
            if (gradient == null) continue;
            for (int p = 0; p < count; p++) Gather<TLane>(to + (column + p) * Value.Block, lines + p * _line + _lrn.Size);
            for (int p = 0; p < count; p++)
            {
                int pixel = (column + p) * Value.Block;
                Differentiate<TLane>(from + pixel, gradient + pixel, lines + p * _line + _lrn.Size, factors + p * _channels, to + pixel, epilogue);
            }
        }
    }

    // line[c] = x[c]²
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Squares<T>(float* x, float* line) where T : unmanaged, ILane<T>
    {
        for (int c = 0; c < _channels; c += T.Width)
        {
            T value = T.Load(x + At(c));
            T.Store(line + c, value * value);
        }
    }

    // y[c] = x[c]·s[c]^-Beta
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Normalize<T>(float* x, float* line, float* y) where T : unmanaged, ILane<T>
    {
        T scale = T.Broadcast(_lrn.Alpha / _lrn.Size), bias = T.Broadcast(_lrn.Bias);
        for (int c = 0; c < _channels; c += T.Width)
            T.Store(y + At(c), T.Load(x + At(c)) * NegativePower(T.MultiplyAdd(Window<T>(line + c, _before, _after), scale, bias)));
    }

    // factors[c] = s[c]^-Beta and shares[c] = dy[c]·x[c]·s[c]^(-Beta - 1)
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shares<T>(float* x, float* dy, float* line, float* shares, float* factors) where T : unmanaged, ILane<T>
    {
        T scale = T.Broadcast(_lrn.Alpha / _lrn.Size), bias = T.Broadcast(_lrn.Bias);
        for (int c = 0; c < _channels; c += T.Width)
        {
            T s = T.MultiplyAdd(Window<T>(line + c, _before, _after), scale, bias), factor = NegativePower(s);
            T.Store(factors + c, factor);
            T.Store(shares + At(c), T.Load(dy + At(c)) * T.Load(x + At(c)) * factor / T.Max(T.Broadcast(1e-30f), s));
        }
    }

    // line[c] = shares[c]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather<T>(float* shares, float* line) where T : unmanaged, ILane<T>
    {
        for (int c = 0; c < _channels; c += T.Width) T.Store(line + c, T.Load(shares + At(c)));
    }

    // dx[c] = epilogue of dy[c]·factors[c] - 2·Alpha·Beta / Size·x[c]·Σ shares
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Differentiate<T>(float* x, float* dy, float* line, float* factors, float* dx, Epilogue epilogue) where T : unmanaged, ILane<T>
    {
        T twice = T.Broadcast(2 * _lrn.Alpha * _lrn.Beta / _lrn.Size);
        for (int c = 0; c < _channels; c += T.Width)
        {
            T value = T.Load(dy + At(c)) * T.Load(factors + c) - Window<T>(line + c, _after, _before) * twice * T.Load(x + At(c));
            T.Store(dx + At(c), epilogue.Apply(dx + At(c), value));
        }
    }

    // Where channel c of a pixel lies from the pixel's first block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long At(int c) => c / Value.Block * _blockStride + c % Value.Block;

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
