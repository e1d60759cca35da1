using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Local response normalization over channels, [N, C, H, W] in blocks:
/// <code>
/// s[c]  = Bias + Alpha / Size · Σ x[c']²,  c' in [c - before, c + after]
/// y[c]  = x[c]·s[c]^-Beta
/// dx[c] = dy[c]·s[c]^-Beta - 2·Alpha·Beta / Size · x[c]·Σ dy[c'']·x[c'']·s[c'']^(-Beta - 1),  c'' in [c - after, c + before]
/// </code>
/// The channels of one pixel are gathered into a row with a margin of zeros, where a window is a sum of shifted vectors. One item per image row.
/// </summary>
internal sealed unsafe class LrnKernel(Value x, Value? dy, Value result, Lrn lrn) : Kernel
{
    private readonly int _channels = x.Blocks * Value.Block, _before = (lrn.Size - 1) / 2, _after = lrn.Size - 1 - (lrn.Size - 1) / 2;

    public override int Items(int stage) => x.Shape.Batch * x.Shape.Height;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int row) = Math.DivRem(item, x.Shape.Height);
        int margin = lrn.Size, length = _channels + 2 * margin;
        float* line = stackalloc float[length], factor = stackalloc float[_channels];
        new Span<float>(line, length).Clear();
        TLane scale = TLane.Broadcast(lrn.Alpha / lrn.Size), bias = TLane.Broadcast(lrn.Bias);
        TLane twice = TLane.Broadcast(2 * lrn.Alpha * lrn.Beta / lrn.Size);
        for (int column = 0; column < x.Shape.Width; column++)
        {
            long pixel = ((long)row * x.Shape.Width + column) * Value.Block;
            float* from = x.Data + n * x.ImageStride + pixel, to = result.Data + n * result.ImageStride + pixel;
            float* gradient = dy is null ? null : dy.Data + n * dy.ImageStride + pixel;

            for (int c = 0; c < _channels; c += TLane.Width)
            {
                TLane value = TLane.Load(from + At(c));
                TLane.Store(line + margin + c, value * value);
            }
            for (int c = 0; c < _channels; c += TLane.Width)
            {
                TLane s = TLane.MultiplyAdd(Window<TLane>(line + margin + c, _before, _after), scale, bias);
                TLane power = NegativePower(s);
                if (gradient == null) TLane.Store(to + At(c), TLane.Load(from + At(c)) * power);
                else
                {
                    TLane.Store(factor + c, power);
                    TLane.Store(to + At(c), TLane.Load(gradient + At(c)) * TLane.Load(from + At(c)) * power / s);
                }
            }
            if (gradient == null) continue;
            for (int c = 0; c < _channels; c += TLane.Width) TLane.Store(line + margin + c, TLane.Load(to + At(c)));
            for (int c = 0; c < _channels; c += TLane.Width)
            {
                TLane others = Window<TLane>(line + margin + c, _after, _before) * twice * TLane.Load(from + At(c));
                TLane.Store(to + At(c), TLane.Load(gradient + At(c)) * TLane.Load(factor + c) - others);
            }
        }
    }

    // Where channel c of a pixel lies from the pixel's first block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private long At(int c) => c / Value.Block * x.BlockStride + c % Value.Block;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Window<TLane>(float* center, int before, int after) where TLane : unmanaged, ILane<TLane>
    {
        TLane sum = TLane.Load(center - before);
        for (int shift = 1 - before; shift <= after; shift++) sum += TLane.Load(center + shift);
        return sum;
    }

    // The usual exponent, 3/4, by two square roots; others by logarithms.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane NegativePower<TLane>(TLane s) where TLane : unmanaged, ILane<TLane>
    {
        if (lrn.Beta != 0.75f) return TLane.Exp(TLane.Broadcast(-lrn.Beta) * TLane.Log(s));
        TLane root = TLane.Sqrt(s);
        return TLane.Broadcast(1) / (root * TLane.Sqrt(root));
    }
}
