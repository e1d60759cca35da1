using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y, dy [A, R, B] to dx of the same extents, where y is the softmax of x over the middle extent: dx = y·(dy - Σ dy·y), in one pass over memory. One item per a. Vectors go as in
/// <see cref="SoftmaxKernel"/>.
/// </summary>
internal sealed unsafe class SoftmaxGradientKernel(Value y, Value dy, Value dx, int outer, int reduced, int inner) : Kernel
{
    public override int Items(int stage) => outer;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        long first = (long)item * reduced * inner;
        float* softmax = y.Data + first, given = dy.Data + first, to = dx.Data + first;
        if (inner == 1)
        {
            Row<TLane>(softmax, given, to, reduced);
            return;
        }
        int b = 0;
        for (; b <= inner - TLane.Width; b += TLane.Width) Column<TLane>(softmax + b, given + b, to + b);
        for (; b < inner; b++) Column<Lane1>(softmax + b, given + b, to + b);
    }

    /// <summary>One row of so many numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row<T>(float* softmax, float* given, float* to, int length) where T : unmanaged, ILane<T>
    {
        int whole = length / T.Width * T.Width;
        T sums = default;
        for (int r = 0; r < whole; r += T.Width) T.Accumulate(ref sums, T.Load(given + r), T.Load(softmax + r));
        float sum = T.Sum(sums);
        for (int r = whole; r < length; r++) sum += given[r] * softmax[r];

        T each = T.Broadcast(sum);
        for (int r = 0; r < whole; r += T.Width) T.Store(to + r, T.Load(softmax + r) * (T.Load(given + r) - each));
        for (int r = whole; r < length; r++) to[r] = softmax[r] * (given[r] - sum);
    }

    private void Column<T>(float* softmax, float* given, float* to) where T : unmanaged, ILane<T>
    {
        T sum = default;
        for (long r = 0; r < (long)reduced * inner; r += inner) T.Accumulate(ref sum, T.Load(given + r), T.Load(softmax + r));
        for (long r = 0; r < (long)reduced * inner; r += inner) T.Store(to + r, T.Load(softmax + r) * (T.Load(given + r) - sum));
    }
}
