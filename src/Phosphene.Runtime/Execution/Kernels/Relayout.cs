using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// Row-major [N, C, H, W] to channel blocks [N, ⌈C / 16⌉, H, W, 16] or back. Lanes past the last channel become zero. One item per image and block.
/// </summary>
internal sealed unsafe class Relayout(Value source, Value target) : Kernel
{
    private readonly int _channels = source.Shape.Channels, _blocks = Value.BlocksOf(source.Shape.Channels);
    private readonly int _pixels = source.Shape.Height * source.Shape.Width;

    /// <inheritdoc/>
    public override int Items(int stage) => source.Shape.Batch * _blocks;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        (int n, int block) = Math.DivRem(item, _blocks);
        int channels = Math.Min(Value.Block, _channels - block * Value.Block);
        bool toBlocks = target.Layout == Layout.Blocked;
        (Value plain, Value blocked) = toBlocks ? (source, target) : (target, source);
        float* planes = plain.Data + n * plain.ImageStride + (long)block * Value.Block * _pixels;
        float* pixels = blocked.Data + n * blocked.ImageStride + (long)block * Value.Block * _pixels;
        if (toBlocks)
        {
            if (channels < Value.Block) new Span<float>(pixels, _pixels * Value.Block).Clear();
            for (int p = 0; p < _pixels; p++)
                for (int c = 0; c < channels; c++)
                    pixels[p * Value.Block + c] = planes[(long)c * _pixels + p];
        }
        else
        {
            for (int c = 0; c < channels; c++)
                for (int p = 0; p < _pixels; p++)
                    planes[(long)c * _pixels + p] = pixels[p * Value.Block + c];
        }
    }
}
