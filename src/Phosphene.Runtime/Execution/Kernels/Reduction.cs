using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// x [A, R, B] to y [A, B]: the sum or the largest over the middle extent. Sums are taken in chunks of fixed length that are then added in order,
/// so the result does not depend on the number of threads.
/// </summary>
internal sealed unsafe class Reduction(Value x, Value y, int outer, int reduced, int inner, bool largest, Value partial) : Kernel
{
    private const int Chunk = 4096;

    private static int ChunksOf(int reduced, int inner) => inner == 1 ? (reduced + Chunk - 1) / Chunk : 1;

    /// <summary>The floats of working memory that a reduction of these extents needs.</summary>
    public static long PartialFloats(int outer, int reduced, int inner) => Math.Max(1, (long)outer * ChunksOf(reduced, inner));

    private int Chunks => ChunksOf(reduced, inner);

    public override int Stages => Chunks > 1 ? 2 : 1;

    public override int Items(int stage) => stage == 1 ? 1 : outer * Chunks;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run<TLane>(int stage, int item)
    {
        if (stage == 1)
        {
            for (int a = 0; a < outer; a++) y.Data[a] = Combine<Lane1>(partial.Data + (long)a * Chunks, Chunks);
        }
        else if (inner == 1)
        {
            (int a, int chunk) = Math.DivRem(item, Chunks);
            int start = chunk * Chunk;
            float total = Combine<TLane>(x.Data + (long)a * reduced + start, Math.Min(Chunk, reduced - start));
            (Chunks > 1 ? partial.Data : y.Data)[item] = total;
        }
        else
        {
            float* from = x.Data + (long)item * reduced * inner, to = y.Data + (long)item * inner;
            int i = 0;
            for (; i <= inner - TLane.Width; i += TLane.Width) Column<TLane>(from + i, to + i);
            for (; i < inner; i++) Column<Lane1>(from + i, to + i);
        }
    }

    private void Column<T>(float* from, float* to) where T : unmanaged, ILane<T>
    {
        T total = T.Load(from);
        for (int r = 1; r < reduced; r++)
        {
            T next = T.Load(from + (long)r * inner);
            total = largest ? T.Max(total, next) : total + next;
        }
        T.Store(to, total);
    }

    private float Combine<T>(float* from, int count) where T : unmanaged, ILane<T>
    {
        int i = 0;
        float total = largest ? float.NegativeInfinity : 0;
        if (count >= T.Width && T.Width > 1)
        {
            T lanes = T.Load(from);
            for (i = T.Width; i <= count - T.Width; i += T.Width) lanes = largest ? T.Max(lanes, T.Load(from + i)) : lanes + T.Load(from + i);
            if (largest)
            {
                float* each = stackalloc float[T.Width];
                T.Store(each, lanes);
                for (int lane = 0; lane < T.Width; lane++) total = MathF.Max(total, each[lane]);
            }
            else total = T.Sum(lanes);
        }
        for (; i < count; i++) total = largest ? MathF.Max(total, from[i]) : total + from[i];
        return total;
    }
}
