using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// x [N, C, H, W] in blocks, or its products with another such, to the sums over pixels, y [N, C, 1, 1], or over images and pixels, y [1, C, 1, 1], row-major. First each image and block by
/// itself into sums [N, blocks, 16]; then the images in order.
/// </summary>
internal sealed unsafe class ChannelSums(Value x, Value? factor, Value y, Value sums, bool overImages) : Kernel
{
    /// <summary>The floats of working memory.</summary>
    public static long SumFloats(Value x) => (long)x.Shape.Batch * x.Blocks * Value.Block;

    public override int Stages => 2;

    public override int Items(int stage) => stage == 0 ? x.Shape.Batch * x.Blocks : 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        if (stage == 1)
        {
            Collect();
            return;
        }
        (int n, int block) = Math.DivRem(item, x.Blocks);
        float* from = x.Data + n * x.ImageStride + block * x.BlockStride, end = from + x.BlockStride, to = sums.Data + (long)item * Value.Block;
        float* other = factor is null ? null : factor.Data + n * factor.ImageStride + block * factor.BlockStride;
        int whole = x.Shape.Height * x.Shape.Width / 4 * 4;
        for (int lane = 0; lane < Value.Block; lane += TLane.Width)
        {
            TLane s0 = default, s1 = default, s2 = default, s3 = default;
            float* p = from + lane, q = other + lane;
            if (other != null)
            {
                for (int pixel = 0; pixel < whole; pixel += 4, p += 4 * Value.Block, q += 4 * Value.Block)
                {
                    TLane.Accumulate(ref s0, TLane.Load(p), TLane.Load(q));
                    TLane.Accumulate(ref s1, TLane.Load(p + Value.Block), TLane.Load(q + Value.Block));
                    TLane.Accumulate(ref s2, TLane.Load(p + 2 * Value.Block), TLane.Load(q + 2 * Value.Block));
                    TLane.Accumulate(ref s3, TLane.Load(p + 3 * Value.Block), TLane.Load(q + 3 * Value.Block));
                }
                for (; p < end; p += Value.Block, q += Value.Block) TLane.Accumulate(ref s0, TLane.Load(p), TLane.Load(q));
            }
            for (int pixel = 0; pixel < whole && other == null; pixel += 4, p += 4 * Value.Block)
            {
                s0 += TLane.Load(p);
                s1 += TLane.Load(p + Value.Block);
                s2 += TLane.Load(p + 2 * Value.Block);
                s3 += TLane.Load(p + 3 * Value.Block);
            }
            for (; p < end; p += Value.Block) s0 += TLane.Load(p);
            TLane.Store(to + lane, s0 + s1 + (s2 + s3));
        }
    }

    private void Collect()
    {
        int channels = x.Shape.Channels, apart = x.Blocks * Value.Block;
        if (overImages) new Span<float>(y.Data, channels).Clear();
        for (int n = 0; n < x.Shape.Batch; n++)
            for (int c = 0; c < channels; c++)
            {
                float sum = sums.Data[(long)n * apart + c];
                if (overImages) y.Data[c] += sum;
                else y.Data[(long)n * channels + c] = sum;
            }
    }
}
