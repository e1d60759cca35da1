using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// x [A, R, B] to y of the same extents: e^(x - max) / Σ e^(x - max) over the middle extent, or its logarithm x - max - ln Σ e^(x - max).
/// One item per a. Vectors go along the axis itself where it is the last one, and across it, over b, elsewhere.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class SoftmaxKernel(Value x, Value y, int outer, int reduced, int inner, bool logarithm) : Kernel
{
    public override int Items(int stage) => outer;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        float* from = x.Data + (long)item * reduced * inner, to = y.Data + (long)item * reduced * inner;
        if (inner == 1)
        {
            if (logarithm) LogarithmOfRow<TLane>(from, to, reduced);
            else Row<TLane>(from, to, to, reduced);
            return;
        }
        int b = 0;
        for (; b <= inner - TLane.Width; b += TLane.Width) Column<TLane>(from + b, to + b);
        for (; b < inner; b++) Column<Lane1>(from + b, to + b);
    }

    /// <summary>The softmax of one row of so many numbers, whose powers are kept where they are told to be, at their own place or that of the result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row<T>(float* from, float* powers, float* to, int length) where T : unmanaged, ILane<T>
    {
        float* last = stackalloc float[Value.Block];
        int whole = Split<T>(from, last, length);
        T max = T.Broadcast(Largest<T>(from, last, whole)), sums = default;
        for (int r = 0; r < whole; r += T.Width)
        {
            T power = T.Exp(T.Load(from + r) - max);
            T.Store(powers + r, power);
            sums += power;
        }
        T lastPower = T.Exp(T.Load(last) - max), factor = T.Broadcast(1 / T.Sum(sums + lastPower));
        for (int r = 0; r < whole; r += T.Width) T.Store(to + r, T.Load(powers + r) * factor);
        T.Store(last, lastPower * factor);
        for (int lane = 0; whole + lane < length; lane++) to[whole + lane] = last[lane];
    }

    // Its logarithm. A function of its own: with a call in it, as that for the logarithm of a number, all vectors would lie in memory.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void LogarithmOfRow<T>(float* from, float* to, int length) where T : unmanaged, ILane<T>
    {
        float* last = stackalloc float[Value.Block];
        int whole = Split<T>(from, last, length);
        T max = T.Broadcast(Largest<T>(from, last, whole)), sums = default;
        for (int r = 0; r < whole; r += T.Width) sums += T.Exp(T.Load(from + r) - max);
        T offset = T.Broadcast(MathF.Log(T.Sum(sums + T.Exp(T.Load(last) - max))));
        for (int r = 0; r < whole; r += T.Width) T.Store(to + r, T.Load(from + r) - max - offset);
        T.Store(last, T.Load(last) - max - offset);
        for (int lane = 0; whole + lane < length; lane++) to[whole + lane] = last[lane];
    }

    // Where the last vector of a row begins, which is filled up with -∞, whose power is 0. It is read after the rest: a vector is not read while its floats are still being written.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Split<T>(float* from, float* last, int length) where T : unmanaged, ILane<T>
    {
        int whole = Math.Max(0, length - 1) / T.Width * T.Width;
        for (int lane = 0; lane < T.Width; lane++) last[lane] = whole + lane < length ? from[whole + lane] : float.NegativeInfinity;
        return whole;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest<T>(float* from, float* last, int whole) where T : unmanaged, ILane<T>
    {
        T maxima = T.Broadcast(float.NegativeInfinity);
        for (int r = 0; r < whole; r += T.Width) maxima = T.Max(maxima, T.Load(from + r));
        float* lanes = stackalloc float[Value.Block];
        T.Store(lanes, T.Max(maxima, T.Load(last)));
        if (T.Width < 4) return *lanes;
        Vector128<float> max = Vector128.Load(lanes);
        for (int lane = 4; lane < T.Width; lane += 4) max = Vector128.MaxNative(max, Vector128.Load(lanes + lane));
        max = Vector128.MaxNative(max, Vector128.Shuffle(max, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(max, Vector128.Shuffle(max, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    private void Column<T>(float* from, float* to) where T : unmanaged, ILane<T>
    {
        T max = T.Load(from), total = default;
        for (int r = 1; r < reduced; r++) max = T.Max(max, T.Load(from + (long)r * inner));
        for (int r = 0; r < reduced; r++)
        {
            T e = T.Exp(T.Load(from + (long)r * inner) - max);
            total += e;
            T.Store(to + (long)r * inner, e);
        }
        T logTotal = T.Log(total);
        for (int r = 0; r < reduced; r++)
            T.Store(to + (long)r * inner, logarithm ? T.Load(from + (long)r * inner) - max - logTotal : T.Load(to + (long)r * inner) / total);
    }
}
