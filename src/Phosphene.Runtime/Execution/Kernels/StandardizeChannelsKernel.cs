using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The channels of each pixel of x [N, C, H, W], in blocks, to mean 0 and variance 1: y = (x - mean)·s with s = 1 / √(variance + ε). With dy, the gradient
/// dx = dy·s - s·mean(dy) - (x - mean)·s³·mean(dy·(x - mean)). The variance is taken about the mean, in a second pass. An item is a strip of one image's pixels,
/// whose sums over blocks stay in the first-level cache while the blocks pass. Lanes past the last channel stay zero.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class StandardizeChannelsKernel(Value x, Value? dy, Value y, float epsilon) : Kernel
{
    private const int Strip = 32;
    private readonly int _pixels = x.Shape.Height * x.Shape.Width, _strips = (x.Shape.Height * x.Shape.Width + Strip - 1) / Strip;

    public override int Items(int stage) => x.Shape.Batch * _strips;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int strip) = Math.DivRem(item, _strips);
        int first = strip * Strip, count = Math.Min(Strip, _pixels - first);
        float* from = x.Data + image * x.ImageStride + first * Value.Block, to = y.Data + image * y.ImageStride + first * Value.Block;
        float* given = dy is null ? null : dy.Data + image * dy.ImageStride + first * Value.Block;
        float* sums = stackalloc float[Strip * Value.Block], products = stackalloc float[Strip * Value.Block];
        float* mean = stackalloc float[Strip], scale = stackalloc float[Strip], offset = stackalloc float[Strip], factor = stackalloc float[Strip];
        // 1 for the channels that the last block has.
        float* valid = stackalloc float[Value.Block];
        for (int lane = 0; lane < Value.Block; lane++) valid[lane] = (x.Blocks - 1) * Value.Block + lane < x.Shape.Channels ? 1 : 0;

        Sum<TLane>(from, count, sums);
        for (int p = 0; p < count; p++) mean[p] = Total<TLane>(sums, p) / x.Shape.Channels;
        SumOfSquares<TLane>(from, count, mean, valid, sums);
        for (int p = 0; p < count; p++)
        {
            scale[p] = 1 / MathF.Sqrt(Total<TLane>(sums, p) / x.Shape.Channels + epsilon);
            (factor[p], offset[p]) = (scale[p], 0);
        }
        if (given != null)
        {
            Sum<TLane>(given, count, sums);
            SumOfProducts<TLane>(from, given, count, mean, products);
            for (int p = 0; p < count; p++)
            {
                float s = scale[p];
                (factor[p], offset[p]) = (-s * s * s * Total<TLane>(products, p) / x.Shape.Channels, -s * Total<TLane>(sums, p) / x.Shape.Channels);
            }
        }
        for (int block = 0; block < x.Blocks; block++)
            for (int p = 0; p < count; p++)
                for (int lane = 0; lane < Value.Block; lane += TLane.Width)
                {
                    long at = block * x.BlockStride + p * Value.Block + lane;
                    TLane result = TLane.MultiplyAdd(TLane.Load(from + at) - TLane.Broadcast(mean[p]), TLane.Broadcast(factor[p]), TLane.Broadcast(offset[p]));
                    if (given != null) TLane.Accumulate(ref result, TLane.Load(given + at), TLane.Broadcast(scale[p]));
                    TLane.Store(to + at, block == x.Blocks - 1 ? result * TLane.Load(valid + lane) : result);
                }
    }

    // The sum of the lanes of a pixel's vector.
    private static float Total<T>(float* sums, int pixel) where T : unmanaged, ILane<T>
    {
        T total = default;
        for (int lane = 0; lane < Value.Block; lane += T.Width) total += T.Load(sums + pixel * Value.Block + lane);
        return T.Sum(total);
    }

    // Σ x over the blocks, for each pixel and lane.
    private void Sum<T>(float* from, int count, float* sums) where T : unmanaged, ILane<T>
    {
        new Span<float>(sums, count * Value.Block).Clear();
        for (int block = 0; block < x.Blocks; block++)
            for (int i = 0; i < count * Value.Block; i += T.Width) T.Store(sums + i, T.Load(sums + i) + T.Load(from + block * x.BlockStride + i));
    }

    // Σ (x - mean)²
    private void SumOfSquares<T>(float* from, int count, float* mean, float* valid, float* sums) where T : unmanaged, ILane<T>
    {
        new Span<float>(sums, count * Value.Block).Clear();
        for (int block = 0; block < x.Blocks; block++)
            for (int i = 0; i < count * Value.Block; i += T.Width)
            {
                T apart = T.Load(from + block * x.BlockStride + i) - T.Broadcast(mean[i / Value.Block]), sum = T.Load(sums + i);
                if (block == x.Blocks - 1) apart *= T.Load(valid + i % Value.Block);
                T.Accumulate(ref sum, apart, apart);
                T.Store(sums + i, sum);
            }
    }

    // Σ dy·(x - mean); dy is zero past the last channel.
    private void SumOfProducts<T>(float* from, float* given, int count, float* mean, float* sums) where T : unmanaged, ILane<T>
    {
        new Span<float>(sums, count * Value.Block).Clear();
        for (int block = 0; block < x.Blocks; block++)
            for (int i = 0; i < count * Value.Block; i += T.Width)
            {
                T sum = T.Load(sums + i);
                T.Accumulate(ref sum, T.Load(given + block * x.BlockStride + i), T.Load(from + block * x.BlockStride + i) - T.Broadcast(mean[i / Value.Block]));
                T.Store(sums + i, sum);
            }
    }
}
