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
            Row<TLane>(from, to, to, reduced, logarithm);
            return;
        }
        int b = 0;
        for (; b <= inner - TLane.Width; b += TLane.Width) Column<TLane>(from + b, to + b);
        for (; b < inner; b++) Column<Lane1>(from + b, to + b);
    }

    /// <summary>One row of so many numbers, whose powers are kept where they are told to be, at their own place or that of the result. What is left of it when vectors are whole is filled up with -∞, whose power is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row<T>(float* from, float* powers, float* to, int length, bool logarithm) where T : unmanaged, ILane<T>
    {
        float* last = stackalloc float[Value.Block];                 // filled before, read after the rest: a vector is not read while its floats are still being written
        int whole = (length - 1) / T.Width * T.Width;
        for (int lane = 0; lane < T.Width; lane++) last[lane] = whole + lane < length ? from[whole + lane] : float.NegativeInfinity;
        T maxima = T.Broadcast(float.NegativeInfinity), sums = default;
        for (int r = 0; r < whole; r += T.Width) maxima = T.Max(maxima, T.Load(from + r));
        T tail = T.Load(last), max = T.Broadcast(Largest(T.Max(maxima, tail)));
        for (int r = 0; r < whole; r += T.Width)
        {
            T e = T.Exp(T.Load(from + r) - max);
            sums += e;
            if (!logarithm) T.Store(powers + r, e);
        }
        T tailPower = T.Exp(tail - max);
        float total = T.Sum(sums + tailPower);
        if (logarithm)
        {
            T offset = T.Broadcast(MathF.Log(total));
            for (int r = 0; r < whole; r += T.Width) T.Store(to + r, T.Load(from + r) - max - offset);
            T.Store(last, tail - max - offset);
        }
        else
        {
            T factor = T.Broadcast(1 / total);
            for (int r = 0; r < whole; r += T.Width) T.Store(to + r, T.Load(powers + r) * factor);
            T.Store(last, tailPower * factor);
        }
        for (int lane = 0; whole + lane < length; lane++) to[whole + lane] = last[lane];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest<T>(T x) where T : unmanaged, ILane<T>
    {
        float* lanes = stackalloc float[Value.Block];
        T.Store(lanes, x);
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
