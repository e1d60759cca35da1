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
            Row<TLane>(from, to);
            return;
        }
        int b = 0;
        for (; b <= inner - TLane.Width; b += TLane.Width) Column<TLane>(from + b, to + b);
        for (; b < inner; b++) Column<Lane1>(from + b, to + b);
    }

    private void Row<T>(float* from, float* to) where T : unmanaged, ILane<T>
    {
        int whole = reduced / T.Width * T.Width;
        float max = Largest<T>(from, whole), total = 0;
        T sums = default, maxima = T.Broadcast(max);
        for (int r = 0; r < whole; r += T.Width)
        {
            T e = T.Exp(T.Load(from + r) - maxima);
            sums += e;
            T.Store(to + r, e);
        }
        if (whole > 0) total = T.Sum(sums);
        for (int r = whole; r < reduced; r++) total += to[r] = MathF.Exp(from[r] - max);

        float logTotal = MathF.Log(total);
        for (int r = 0; r < whole; r += T.Width)
            T.Store(to + r, logarithm ? T.Load(from + r) - maxima - T.Broadcast(logTotal) : T.Load(to + r) / T.Broadcast(total));
        for (int r = whole; r < reduced; r++) to[r] = logarithm ? from[r] - max - logTotal : to[r] / total;
    }

    private float Largest<T>(float* from, int whole) where T : unmanaged, ILane<T>
    {
        float max = float.NegativeInfinity;
        if (whole > 0)
        {
            T maxima = T.Load(from);
            for (int r = T.Width; r < whole; r += T.Width) maxima = T.Max(maxima, T.Load(from + r));
            float* each = stackalloc float[T.Width];
            T.Store(each, maxima);
            for (int lane = 0; lane < T.Width; lane++) max = MathF.Max(max, each[lane]);
        }
        for (int r = whole; r < reduced; r++) max = MathF.Max(max, from[r]);
        return max;
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
