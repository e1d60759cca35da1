using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// One factor and one offset for each channel:
/// <code>
/// y[n, c, h, w] = epilogue of x[n, c, h, w]·scale[n, c] + offset[n, c]
/// </code>
/// x and y are [N, C, H, W] in blocks; scale and offset [N or 1, C, 1, 1] or [C, 1, 1], row-major, and each may be null for none. One item per image, part of its rows and block.
/// Lanes past the last channel stay zero.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class AffineKernel(Value x, Value? scale, Value? offset, Value y, EpilogueValues epilogue) : Kernel
{
    private readonly int _parts = Math.Min(8, y.Shape.Height);

    public override int Items(int stage) => y.Shape.Batch * _parts * y.Blocks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int image, int part, int block) = Strips.RowsFirst(item, _parts, y.Blocks);
        int first = y.Shape.Height * part / _parts, end = y.Shape.Height * (part + 1) / _parts, row = y.Shape.Width * Value.Block;
        float* from = x.Data + image * x.ImageStride + block * x.BlockStride, to = y.Data + image * y.ImageStride + block * y.BlockStride;
        float* factors = stackalloc float[Value.Block], offsets = stackalloc float[Value.Block];
        OfBlock(scale, image, block, 1, factors);
        OfBlock(offset, image, block, 0, offsets);
        Epilogue ending = epilogue.Of(y, image);
        for (int lane = 0; lane < Value.Block; lane += TLane.Width)
        {
            TLane factor = TLane.Load(factors + lane), add = TLane.Load(offsets + lane);
            for (int i = first * row + lane; i < end * row; i += Value.Block)
                TLane.Store(to + i, ending.Apply(to + i, TLane.MultiplyAdd(TLane.Load(from + i), factor, add)));
        }
    }

    private void OfBlock(Value? value, int image, int block, float absent, float* to)
    {
        for (int lane = 0; lane < Value.Block; lane++)
        {
            int channel = block * Value.Block + lane;
            to[lane] = channel >= y.Shape.Channels ? 0 : value is null ? absent : value.Data[(value.Shape.Rank < 4 || value.Shape.Batch == 1 ? 0 : image * value.ImageStride) + channel];
        }
    }
}
