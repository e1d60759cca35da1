using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>y = the largest of each window of x, both [N, C, H, W] in blocks; padding never wins. One item per image and block.</summary>
internal sealed unsafe class MaxPooling(Value x, Value y, Window window) : Kernel
{
    public override int Items(int stage) => x.Shape.Batch * x.Blocks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int block) = Math.DivRem(item, x.Blocks);
        float* from = x.Data + n * x.ImageStride + block * x.BlockStride, to = y.Data + n * y.ImageStride + block * y.BlockStride;
        int height = x.Shape.Height, width = x.Shape.Width, outputHeight = y.Shape.Height, outputWidth = y.Shape.Width;
        for (int i = 0; i < outputHeight; i++)
            for (int j = 0; j < outputWidth; j++, to += Value.Block)
                for (int lane = 0; lane < Value.Block; lane += TLane.Width)
                {
                    TLane best = TLane.Broadcast(float.NegativeInfinity);
                    for (int ky = 0; ky < window.KernelY; ky++)
                    {
                        int row = i * window.StrideY - window.Top + ky * window.DilationY;
                        if (row < 0 || row >= height) continue;
                        for (int kx = 0; kx < window.KernelX; kx++)
                        {
                            int column = j * window.StrideX - window.Left + kx * window.DilationX;
                            if (column < 0 || column >= width) continue;
                            best = TLane.Max(best, TLane.Load(from + ((long)row * width + column) * Value.Block + lane));
                        }
                    }
                    TLane.Store(to + lane, best);
                }
    }
}

/// <summary>
/// dx = the sum of dy over the windows that each element wins, among equals the first in row-major order. x, dy and dx are [N, C, H, W] in blocks.
/// One item per image and block, so that windows that overlap are summed by one thread in order.
/// </summary>
internal sealed unsafe class MaxPoolingGradient(Value x, Value dy, Value dx, Window window) : Kernel
{
    public override int Items(int stage) => x.Shape.Batch * x.Blocks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int block) = Math.DivRem(item, x.Blocks);
        float* from = x.Data + n * x.ImageStride + block * x.BlockStride, gradient = dy.Data + n * dy.ImageStride + block * dy.BlockStride;
        float* to = dx.Data + n * dx.ImageStride + block * dx.BlockStride;
        int height = x.Shape.Height, width = x.Shape.Width, outputHeight = dy.Shape.Height, outputWidth = dy.Shape.Width;
        new Span<float>(to, checked((int)x.BlockStride)).Clear();
        TLane one = TLane.Broadcast(1);
        for (int i = 0; i < outputHeight; i++)
            for (int j = 0; j < outputWidth; j++, gradient += Value.Block)
            {
                (int firstY, int endY) = Inside(i * window.StrideY - window.Top, window.KernelY, window.DilationY, height);
                (int firstX, int endX) = Inside(j * window.StrideX - window.Left, window.KernelX, window.DilationX, width);
                for (int lane = 0; lane < Value.Block; lane += TLane.Width)
                {
                    TLane best = TLane.Broadcast(float.NegativeInfinity);
                    for (int row = firstY; row < endY; row += window.DilationY)
                        for (int column = firstX; column < endX; column += window.DilationX)
                            best = TLane.Max(best, TLane.Load(from + ((long)row * width + column) * Value.Block + lane));
                    TLane rest = TLane.Load(gradient + lane);
                    for (int row = firstY; row < endY; row += window.DilationY)
                        for (int column = firstX; column < endX; column += window.DilationX)
                        {
                            long at = ((long)row * width + column) * Value.Block + lane;
                            TLane won = TLane.IfEqual(TLane.Load(from + at), best, rest, default);
                            TLane.Store(to + at, TLane.Load(to + at) + won);
                            rest = rest - won;                       // the first winner takes all
                        }
                }
            }
    }

    // The first place of a window that is inside the image, and the end of those that are.
    private static (int First, int End) Inside(int start, int kernel, int dilation, int extent)
    {
        int end = Math.Min(extent, start + (kernel - 1) * dilation + 1);
        while (start < 0) start += dilation;
        return (start, end);
    }
}
