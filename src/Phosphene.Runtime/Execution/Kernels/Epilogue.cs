using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// What happens to a sum before it is stored at its target:
/// <code>
/// sum += [target + Addend];  sum = 0 unless 0 &lt; [target + Mask] &lt; Ceiling;  sum *= [target + Factor];  with Relu sum = min(max(sum, 0), Ceiling)
/// </code>
/// in this order, where Addend, Mask and Factor are distances in floats, for what it <see cref="Adds"/>, <see cref="Masks"/> and <see cref="Scales"/> with: 0 where the result takes the place of what is read. A
/// ceiling of 0 stands for none. What lies at the distances Asked and AskedToo, if they are not 0, a pass that comes after will read.
/// </summary>
internal readonly record struct Epilogue(bool Relu, bool Adds, nint Addend, bool Masks, nint Mask, bool Scales, nint Factor, float Ceiling, nint Asked = 0, nint AskedToo = 0)
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

    /// <summary>Applies it to the sums of four pixels, whose places lie so many floats apart, and stores them: each question is asked once for all four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Store<T>(T s0, T s1, T s2, T s3, float* y0, nint place) where T : unmanaged, ILane<T>
    {
        float* y1 = y0 + place, y2 = y1 + place, y3 = y2 + place;
        if (Adds)
        {
            nint at = Addend;
            (s0, s1, s2, s3) = (s0 + T.Load(y0 + at), s1 + T.Load(y1 + at), s2 + T.Load(y2 + at), s3 + T.Load(y3 + at));
        }
        if (Masks)
        {
            nint at = Mask;
            (s0, s1, s2, s3) = (Tile.Masked(y0 + at, s0), Tile.Masked(y1 + at, s1), Tile.Masked(y2 + at, s2), Tile.Masked(y3 + at, s3));
            if (Ceiling != 0)
            {
                T ceiling = T.Broadcast(Ceiling);
                (s0, s1, s2, s3) = (Tile.Below(ceiling, y0 + at, s0), Tile.Below(ceiling, y1 + at, s1), Tile.Below(ceiling, y2 + at, s2), Tile.Below(ceiling, y3 + at, s3));
            }
        }
        if (Scales)
        {
            nint at = Factor;
            (s0, s1, s2, s3) = (s0 * T.Load(y0 + at), s1 * T.Load(y1 + at), s2 * T.Load(y2 + at), s3 * T.Load(y3 + at));
        }
        if (Relu)
        {
            (s0, s1, s2, s3) = (T.Max(default, s0), T.Max(default, s1), T.Max(default, s2), T.Max(default, s3));
            if (Ceiling != 0)
            {
                T ceiling = T.Broadcast(Ceiling);
                (s0, s1, s2, s3) = (T.Min(ceiling, s0), T.Min(ceiling, s1), T.Min(ceiling, s2), T.Min(ceiling, s3));
            }
        }
        T.Store(y0, s0);
        T.Store(y1, s1);
        T.Store(y2, s2);
        T.Store(y3, s3);
    }

    /// <summary>The same for three.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Store<T>(T s0, T s1, T s2, float* y0, nint place) where T : unmanaged, ILane<T>
    {
        float* y1 = y0 + place, y2 = y1 + place;
        T.Store(y0, Apply(y0, s0));
        T.Store(y1, Apply(y1, s1));
        T.Store(y2, Apply(y2, s2));
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

    /// <summary>The distance from a place of one image of the output to that of a value of its layout and shape, in floats; 0 where there is none.</summary>
    public static unsafe nint Distance(Value? value, Value y, int image) =>
        value is null ? 0 : (nint)(value.Data + image * value.ImageStride - (y.Data + image * y.ImageStride));
}
