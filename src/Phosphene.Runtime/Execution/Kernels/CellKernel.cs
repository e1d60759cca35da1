using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Between an image and one in which each of its pixels is a cell of factorY × factorX pixels, both [N, C, H, W] in blocks. Spread:
/// large[y, x] = scale·small[y / factorY, x / factorX]. Gathered: small[i, j] = scale·Σ of the cell. Upsampling, average pooling whose windows lie side
/// by side, and the gradients of both. Rows and columns of the large image that no cell covers are not read, and are written as zeros. An item is a
/// part of the small image's rows of an image and block.
/// </summary>
internal sealed unsafe class CellKernel(Value small, Value large, int factorY, int factorX, float scale, bool spread, EpilogueValues epilogue) : Kernel
{
    private const int Parts = 4;
    private readonly int _height = small.Shape.Height, _width = small.Shape.Width, _largeWidth = large.Shape.Width;

    public override int Items(int stage) => small.Shape.Batch * small.Blocks * Parts;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int plane, int part) = Math.DivRem(item, Parts);
        (int n, int block) = Math.DivRem(plane, small.Blocks);
        float* cells = small.Data + n * small.ImageStride + block * small.BlockStride, pixels = large.Data + n * large.ImageStride + block * large.BlockStride;
        Epilogue end = epilogue.Of(spread ? large : small, n);
        int first = _height * part / Parts, last = _height * (part + 1) / Parts;
        for (int i = first; i < last; i++)
        {
            float* row = pixels + (long)i * factorY * _largeWidth * Value.Block, line = cells + (long)i * _width * Value.Block;
            if (spread)
                for (int k = 0; k < factorY; k++) Spread<TLane>(line, row + (long)k * _largeWidth * Value.Block, end);
            else Gather<TLane>(row, line, end);
        }
        if (!spread || part != Parts - 1) return;
        int covered = _height * factorY;
        new Span<float>(pixels + (long)covered * _largeWidth * Value.Block, (large.Shape.Height - covered) * _largeWidth * Value.Block).Clear();
    }

    private void Spread<T>(float* line, float* row, Epilogue end) where T : unmanaged, ILane<T>
    {
        T factor = T.Broadcast(scale);
        float* to = row;
        for (int j = 0; j < _width; j++, line += Value.Block)
            for (int k = 0; k < factorX; k++, to += Value.Block)
                for (int lane = 0; lane < Value.Block; lane += T.Width)
                    T.Store(to + lane, end.Apply(to + lane, T.Load(line + lane) * factor));
        new Span<float>(to, (_largeWidth - _width * factorX) * Value.Block).Clear();
    }

    private void Gather<T>(float* row, float* line, Epilogue end) where T : unmanaged, ILane<T>
    {
        T factor = T.Broadcast(scale);
        for (int j = 0; j < _width; j++, line += Value.Block, row += factorX * Value.Block)
            for (int lane = 0; lane < Value.Block; lane += T.Width)
            {
                T sum = default;
                for (int ky = 0; ky < factorY; ky++)
                    for (int kx = 0; kx < factorX; kx++) sum += T.Load(row + ((long)ky * _largeWidth + kx) * Value.Block + lane);
                T.Store(line + lane, end.Apply(line + lane, sum * factor));
            }
    }
}
