using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// What happens to a sum before it is stored at its target:
/// <code>
/// sum += [target + Addend];  sum = 0 unless 0 &lt; [target + Mask] &lt; Ceiling;  sum *= [target + Factor];  with Relu sum = min(max(sum, 0), Ceiling)
/// </code>
/// in this order, where Addend, Mask and Factor are distances in floats, for what it <see cref="Adds"/>, <see cref="Masks"/> and <see cref="Scales"/> with: 0 where the result takes the place of what is read. A
/// ceiling of 0 stands for none. Instead of an activation a mask may be the bits that its kernel has left beside it, one for each float, which are a thirty-second of the memory; a sum that is masked by bits
/// is neither scaled nor rectified, so that they may come last (<see cref="PassBits"/>).
/// </summary>
internal readonly record struct Epilogue(bool Relu, bool Adds, nint Addend, bool Masks, nint Mask, bool Scales, nint Factor, float Ceiling)
{
    /// <summary>Whether sums whose bit is 0 become 0, where others are masked; the bits are at <see cref="At"/> MaskBits.</summary>
    public bool MasksByBits { get; init; }

    /// <inheritdoc cref="MasksByBits"/>
    public nint MaskBits { get; init; }

    /// <summary>Whether the kernel leaves a bit for each result, whether it is between 0 and the ceiling, at <see cref="At"/> Bits.</summary>
    public bool LeavesBits { get; init; }

    /// <inheritdoc cref="LeavesBits"/>
    public nint Bits { get; init; }

    /// <summary>Distances to what a pass that comes after will read, and what is asked for therefore; 0 for nothing.</summary>
    public nint Asked { get; init; }

    /// <inheritdoc cref="Asked"/>
    public nint AskedToo { get; init; }

    /// <summary>What <see cref="LimitOf"/> says of its ceiling, if it leaves bits.</summary>
    public float Limit { get; init; }

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
            sum = Masked(target + Mask, sum);
            if (Ceiling != 0) sum = Below(T.Broadcast(Ceiling), target + Mask, sum);
        }
        if (MasksByBits) sum = T.IfBit(At(target, MaskBits), sum);
        if (Scales) sum *= T.Load(target + Factor);
        if (Relu) sum = Rectified(sum, Ceiling);
        if (LeavesBits) Leave(target, Bits, sum, T.Broadcast(Limit));
        return sum;
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
            (s0, s1, s2, s3) = (Masked(y0 + at, s0), Masked(y1 + at, s1), Masked(y2 + at, s2), Masked(y3 + at, s3));
            if (Ceiling != 0)
            {
                T ceiling = T.Broadcast(Ceiling);
                (s0, s1, s2, s3) = (Below(ceiling, y0 + at, s0), Below(ceiling, y1 + at, s1), Below(ceiling, y2 + at, s2), Below(ceiling, y3 + at, s3));
            }
        }
        if (MasksByBits) (s0, s1, s2, s3) = (T.IfBit(At(y0, MaskBits), s0), T.IfBit(At(y1, MaskBits), s1), T.IfBit(At(y2, MaskBits), s2), T.IfBit(At(y3, MaskBits), s3));
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
        if (LeavesBits)
        {
            T limit = T.Broadcast(Limit);
            Leave(y0, Bits, s0, limit);
            Leave(y1, Bits, s1, limit);
            Leave(y2, Bits, s2, limit);
            Leave(y3, Bits, s3, limit);
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

    /// <summary>The sum where the activation at the given place is positive, else 0: the gradient of ReLU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe T Masked<T>(float* activation, T sum) where T : unmanaged, ILane<T> => T.IfGreater(T.Load(activation), default, sum, default);

    /// <summary>The sum where the activation at the given place is below the ceiling, else 0: with <see cref="Masked"/> the gradient of a ReLU that ends there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe T Below<T>(T ceiling, float* activation, T sum) where T : unmanaged, ILane<T> => T.IfGreater(ceiling, T.Load(activation), sum, default);

    /// <summary>The bits of a vector whose result has the given place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe byte* At(float* target, nint bits) => (byte*)(((nint)target >> 5) + bits);

    /// <summary>Leaves a bit for each lane of a result: whether it is above 0 and not above the limit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Leave<T>(float* target, nint bits, T result, T limit) where T : unmanaged, ILane<T> => T.StoreBits(At(target, bits), T.IfGreater(result, limit, default, result));

    /// <summary>What is to be done with bits, for vectors that are stored already: at target + places[r], r below count, and second floats from there, if that is not 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public unsafe void PassBits<T>(float* target, int* places, nint second, int count) where T : unmanaged, ILane<T>
    {
        T limit = T.Broadcast(Limit);
        for (int r = 0; r < count && MasksByBits; r++)
        {
            float* to = target + places[r];
            T.Store(to, T.IfBit(At(to, MaskBits), T.Load(to)));
            if (second != 0) T.Store(to + second, T.IfBit(At(to + second, MaskBits), T.Load(to + second)));
        }
        for (int r = 0; r < count && LeavesBits; r++)
        {
            float* to = target + places[r];
            Leave(to, Bits, T.Load(to), limit);
            if (second != 0) Leave(to + second, Bits, T.Load(to + second), limit);
        }
    }

    /// <summary>The greatest number that counts as below a ceiling, where a ceiling of 0 stands for none.</summary>
    public static float LimitOf(float ceiling) => ceiling != 0 ? MathF.BitDecrement(ceiling) : float.PositiveInfinity;

    /// <summary>min(max(sum, 0), ceiling), where a ceiling of 0 stands for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Rectified<T>(T sum, float ceiling) where T : unmanaged, ILane<T>
    {
        sum = T.Max(default, sum);
        return ceiling != 0 ? T.Min(T.Broadcast(ceiling), sum) : sum;
    }
}

/// <summary>
/// The values that an epilogue reads, with the same layout and shape as the output that it is for, and the ceiling of its ReLU or mask, 0 for none; the bits that mask and those that it leaves,
/// one for each float of an image, from its first block on.
/// </summary>
internal sealed record EpilogueValues(bool Relu = false, Value? Addend = null, Value? Mask = null, Value? Factor = null, float Ceiling = 0, Value? MaskBits = null, Value? Bits = null)
{
    /// <summary>Those that it reads.</summary>
    public IEnumerable<Value> Values => new[] { Addend, Mask, Factor, MaskBits }.OfType<Value>();

    /// <summary>Those that it leaves.</summary>
    public IEnumerable<Value> Left => new[] { Bits }.OfType<Value>();

    /// <summary>The distances for one image of the output.</summary>
    public unsafe Epilogue Of(Value y, int image) => Of(y.Data + image * y.ImageStride, image, 0);

    /// <summary>The distances from a target that stands for the given place of one image of the output, in floats from its beginning.</summary>
    public unsafe Epilogue Of(float* target, int image, long place) =>
        new(Relu, Addend is not null, Distance(Addend, target, image, place), Mask is not null, Distance(Mask, target, image, place), Factor is not null, Distance(Factor, target, image, place), Ceiling)
        {
            MasksByBits = MaskBits is not null,
            MaskBits = BitsOf(MaskBits, target, image, place),
            LeavesBits = Bits is not null,
            Bits = BitsOf(Bits, target, image, place),
            Limit = Bits is null ? 0 : Epilogue.LimitOf(Ceiling),
        };

    /// <summary>The distance from a place of one image of the output to that of a value of its layout and shape, in floats; 0 where there is none.</summary>
    public static unsafe nint Distance(Value? value, Value y, int image) => Distance(value, y.Data + image * y.ImageStride, image, 0);

    /// <summary>The same from a target that stands for the given place of the image.</summary>
    public static unsafe nint Distance(Value? value, float* target, int image, long place) => value is null ? 0 : (nint)(value.Data + image * value.ImageStride + place - target);

    // From a thirty-second of an address in the output to the bits.
    private static unsafe nint BitsOf(Value? bits, float* target, int image, long place) =>
        bits is null ? 0 : (nint)(bits.Data + image * bits.ImageStride) + (nint)(place * sizeof(float) >> 5) - ((nint)target >> 5);
}
