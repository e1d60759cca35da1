using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y = the sum of each window of x, divided by the number of elements that count; both [N, C, H, W] in blocks. Backward, dy / divisor is added to
/// every element of the window, the adjoint, and then comes the epilogue. One item per image and block.
/// </summary>
internal sealed unsafe class AveragePooling(Value image, Value pooled, AveragePool2D pool, bool backward, EpilogueValues epilogue) : Kernel
{
    private readonly Window _window = pool.Window;
    private readonly int _height = image.Shape.Height, _width = image.Shape.Width;

    public override int Items(int stage) => image.Shape.Batch * image.Blocks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int block) = Math.DivRem(item, image.Blocks);
        float* pixels = image.Data + n * image.ImageStride + block * image.BlockStride;
        float* means = pooled.Data + n * pooled.ImageStride + block * pooled.BlockStride;
        if (backward) new Span<float>(pixels, checked((int)image.BlockStride)).Clear();
        for (int i = 0; i < pooled.Shape.Height; i++)
            for (int j = 0; j < pooled.Shape.Width; j++, means += Value.Block)
            {
                TLane share = TLane.Broadcast(1f / pool.Divisor(image.Shape, i, j));
                for (int lane = 0; lane < Value.Block; lane += TLane.Width)
                {
                    TLane value = backward ? TLane.Load(means + lane) * share : default;
                    value = Visit(pixels + lane, i, j, value);
                    if (!backward) TLane.Store(means + lane, value * share);
                }
            }
        Epilogue end = epilogue.Of(image, n);
        if (!backward || end == Epilogue.None) return;
        for (long i = 0; i < image.BlockStride; i += TLane.Width) TLane.Store(pixels + i, end.Apply(pixels + i, TLane.Load(pixels + i)));
    }

    // Forward: value plus all elements of the window. Backward: adds value to all elements of the window.
    private TLane Visit<TLane>(float* pixels, int i, int j, TLane value) where TLane : unmanaged, ILane<TLane>
    {
        for (int ky = 0; ky < _window.KernelY; ky++)
        {
            int row = i * _window.StrideY - _window.Top + ky * _window.DilationY;
            if (row < 0 || row >= _height) continue;
            for (int kx = 0; kx < _window.KernelX; kx++)
            {
                int column = j * _window.StrideX - _window.Left + kx * _window.DilationX;
                if (column < 0 || column >= _width) continue;
                float* at = pixels + ((long)row * _width + column) * Value.Block;
                if (backward) TLane.Store(at, TLane.Load(at) + value);
                else value += TLane.Load(at);
            }
        }
        return value;
    }
}
