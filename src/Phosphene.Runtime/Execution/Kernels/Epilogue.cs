using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// What happens to a sum before it is stored at its target:
/// <code>
/// sum += [target + Addend];  sum = 0 unless 0 &lt; [target + Mask] &lt; Ceiling;  sum *= [target + Factor];  with Relu sum = min(max(sum, 0), Ceiling)
/// </code>
/// in this order, where Addend, Mask and Factor are distances in floats, for what it <see cref="Adds"/>, <see cref="Masks"/> and <see cref="Scales"/> with: 0 where the result takes the place of what is read. A
/// ceiling of 0 stands for none.
/// </summary>
internal readonly record struct Epilogue(bool Relu, bool Adds, nint Addend, bool Masks, nint Mask, bool Scales, nint Factor, float Ceiling)
{
    /// <summary>Whether the result takes the place of something that is read.</summary>
    public bool IsInPlace => (Adds && Addend == 0) || (Masks && Mask == 0) || (Scales && Factor == 0);

    /// <summary>The sum as it is.</summary>
    public static Epilogue None => default;

    /// <summary>The same for sums of a vector that will be stored at the given address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe T Apply<T>(float* target, T sum) where T : unmanaged, ILane<T>
    {
        if (Adds) sum += T.Load(target + Addend);
        if (Masks)
        {
            sum = Tile.Masked(target + Mask, sum);
            if (Ceiling != 0) sum = Tile.Below(T.Broadcast(Ceiling), target + Mask, sum);
        }
        if (Scales) sum *= T.Load(target + Factor);
        return Relu ? Rectified(sum, Ceiling) : sum;
    }

    /// <summary>min(max(sum, 0), ceiling), where a ceiling of 0 stands for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Rectified<T>(T sum, float ceiling) where T : unmanaged, ILane<T>
    {
        sum = T.Max(default, sum);
        return ceiling != 0 ? T.Min(T.Broadcast(ceiling), sum) : sum;
    }
}

/// <summary>The values that an epilogue reads, with the same layout and shape as the output that it is for, and the ceiling of its ReLU or mask, 0 for none.</summary>
internal sealed record EpilogueValues(bool Relu = false, Value? Addend = null, Value? Mask = null, Value? Factor = null, float Ceiling = 0)
{
    /// <summary>Those that there are.</summary>
    public IEnumerable<Value> Values => new[] { Addend, Mask, Factor }.OfType<Value>();

    /// <summary>The distances for one image of the output.</summary>
    public unsafe Epilogue Of(Value y, int image) =>
        new(Relu, Addend is not null, Distance(Addend, y, image), Mask is not null, Distance(Mask, y, image), Factor is not null, Distance(Factor, y, image), Ceiling);

    private static unsafe nint Distance(Value? value, Value y, int image) =>
        value is null ? 0 : (nint)(value.Data + image * value.ImageStride - (y.Data + image * y.ImageStride));
}
