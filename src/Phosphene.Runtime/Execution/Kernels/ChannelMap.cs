using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// x·scale + offset with one factor and one offset for each channel, and with Relu min(max(that, 0), Ceiling), where a ceiling of 0 stands for none. Scale and offset are [N or 1, C, 1, 1] or [C, 1, 1],
/// row-major, and each may be null for none.
/// </summary>
internal sealed unsafe record ChannelMap(Value? Scale, Value? Offset, bool Relu = false, float Ceiling = 0)
{
    /// <summary>Those values that there are.</summary>
    public IEnumerable<Value> Values => new[] { Scale, Offset }.OfType<Value>();

    /// <summary>The factors and offsets of a block of an image of so many channels, [16] each: zeros past the last channel, so that lanes there stay zero.</summary>
    public void OfBlock(int image, int block, int channels, float* factors, float* offsets)
    {
        int valid = Math.Min(Value.Block, channels - block * Value.Block);
        OfBlock(Scale, image, block, valid, 1, factors);
        OfBlock(Offset, image, block, valid, 0, offsets);
    }

    private static void OfBlock(Value? value, int image, int block, int valid, float absent, float* to)
    {
        var numbers = new Span<float>(to, Value.Block);
        numbers[valid..].Clear();
        if (value is null) numbers[..valid].Fill(absent);
        else new ReadOnlySpan<float>(value.Data + (value.Shape.Rank < 4 || value.Shape.Batch == 1 ? 0 : image * value.ImageStride) + block * Value.Block, valid).CopyTo(numbers);
    }

    /// <summary>The map of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, T factor, T offset) where T : unmanaged, ILane<T>
    {
        T y = T.MultiplyAdd(x, factor, offset);
        return Relu ? Epilogue.Rectified(y, Ceiling) : y;
    }
}
