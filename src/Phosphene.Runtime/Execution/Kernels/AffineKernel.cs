using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// One factor and one offset for each channel:
/// <code>
/// y[n, c, h, w] = epilogue of x[n, c, h, w]·scale[n, c] + offset[n, c]
/// </code>
/// x and y are [N, C, H, W] in blocks; scale and offset are those of the <see cref="ChannelMap"/>, whose ReLU is part of the epilogue. One item per image and part of its pixels, one part
/// for each thread, with all blocks: so each reads long runs of memory, and items are worth being handed over. Lanes past the last channel stay zero.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class AffineKernel(Value x, ChannelMap map, Value y, EpilogueValues epilogue, int threads) : Kernel
{
    private readonly int _parts = Math.Min(threads, y.Shape.Height * y.Shape.Width);

    public override int Items(int stage) => y.Shape.Batch * _parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int part) = Math.DivRem(item, _parts);
        (int first, int end) = Strips.OfBlock(y, part, _parts);
        float* from = x.Data + image * x.ImageStride, to = y.Data + image * y.ImageStride;
        float* factors = stackalloc float[Value.Block], offsets = stackalloc float[Value.Block];
        Epilogue ending = epilogue.Of(y, image);
        for (int block = 0; block < y.Blocks; block++, from += x.BlockStride, to += y.BlockStride)
        {
            map.OfBlock(image, block, y.Shape.Channels, factors, offsets);
            for (int lane = 0; lane < Value.Block; lane += TLane.Width)
            {
                TLane factor = TLane.Load(factors + lane), add = TLane.Load(offsets + lane);
                for (int i = first + lane; i < end; i += Value.Block)
                    TLane.Store(to + i, ending.Apply(to + i, TLane.MultiplyAdd(TLane.Load(from + i), factor, add)));
            }
        }
    }
}
