using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// One factor and one offset for each channel:
/// <code>
/// y[n, c, h, w] = epilogue of x[n, c, h, w]·scale[n, c] + offset[n, c]
/// </code>
/// x and y are [N, C, H, W] in blocks; scale and offset [N or 1, C, 1, 1] or [C, 1, 1], row-major, and each may be null for none. One item per image and part of its pixels, one part
/// for each thread, with all blocks: so each reads long runs of memory, and items are worth being handed over. Lanes past the last channel stay zero.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class AffineKernel(Value x, Value? scale, Value? offset, Value y, EpilogueValues epilogue, int threads) : Kernel
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
            OfBlock(scale, image, block, 1, factors);
            OfBlock(offset, image, block, 0, offsets);
            for (int lane = 0; lane < Value.Block; lane += TLane.Width)
            {
                TLane factor = TLane.Load(factors + lane), add = TLane.Load(offsets + lane);
                for (int i = first + lane; i < end; i += Value.Block)
                    TLane.Store(to + i, ending.Apply(to + i, TLane.MultiplyAdd(TLane.Load(from + i), factor, add)));
            }
        }
    }

    // The numbers of a block's channels, and zeros past the last.
    private void OfBlock(Value? value, int image, int block, float absent, float* to)
    {
        int channels = Math.Min(Value.Block, y.Shape.Channels - block * Value.Block);
        var numbers = new Span<float>(to, Value.Block);
        numbers[channels..].Clear();
        if (value is null) numbers[..channels].Fill(absent);
        else new ReadOnlySpan<float>(value.Data + (value.Shape.Rank < 4 || value.Shape.Batch == 1 ? 0 : image * value.ImageStride) + block * Value.Block, channels).CopyTo(numbers);
    }
}
