using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// x [A, R, B] to y of the same extents: e^(x - max) / Σ e^(x - max) over the middle extent, or its logarithm x - max - ln Σ e^(x - max).
/// One item per a. Vectors go along the axis itself where it is the last one, and across it, over b, elsewhere.
/// </summary>
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
        float* last = stackalloc float[Value.Block];
        int whole = (length - 1) / T.Width * T.Width;
        for (int lane = 0; lane < T.Width; lane++) last[lane] = whole + lane < length ? from[whole + lane] : float.NegativeInfinity;
        T tail = T.Load(last), maxima = tail;
        for (int r = 0; r < whole; r += T.Width) maxima = T.Max(maxima, T.Load(from + r));
        T.Store(last, maxima);
        for (int half = T.Width / 2; half > 0; half /= 2)
            for (int lane = 0; lane < half; lane++) last[lane] = MathF.Max(last[lane], last[lane + half]);
        T max = T.Broadcast(last[0]), sums = default;
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
