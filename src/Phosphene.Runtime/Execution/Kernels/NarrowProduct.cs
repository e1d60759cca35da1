using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// y [batch, M, P] = a [batch, M, K] times b [batch, K, P] (or [batch, P, K], transposed), plus a bias [P] if it is there, for a few rows M, all row-major. Each element of b is used
/// so rarely that packing it would cost more than the product, and for a layer's weights as much memory again. One item per matrix and run of columns.
/// </summary>
[SkipLocalsInit]
internal sealed unsafe class NarrowProduct(Value a, Value b, Value? bias, Value y, int[] aOfBatch, int[] bOfBatch, int rowCount, int depth, int columns, bool transposed) : Kernel
{
    /// <summary>The most rows that it is for.</summary>
    public const int MostRows = 4;

    // Columns of an item with b as it is: the sums of all rows stay in the first-level cache, and a piece of a row of b is long enough for memory to send it at full speed.
    private const int LeastRun = 256, MostSums = 4096;

    // Transposed, each column is a row of b.
    private readonly int _run = transposed ? Math.Clamp((1 << 15) / Math.Max(1, depth), 4, 256) / 4 * 4 : Math.Clamp((columns + 8 * Value.Block - 1) / (8 * Value.Block) * Value.Block, LeastRun, MostSums / Math.Max(1, rowCount) / Value.Block * Value.Block);

    private int Runs => (columns + _run - 1) / _run;

    public override int Items(int stage) => aOfBatch.Length * Runs;

    public override void Run<TLane>(int stage, int item)
    {
        (int matrix, int run) = Math.DivRem(item, Runs);
        int first = run * _run, count = Math.Min(_run, columns - first);
        float* left = a.Data + (long)aOfBatch[matrix] * rowCount * depth, right = b.Data + (long)bOfBatch[matrix] * depth * columns;
        float* to = y.Data + (long)matrix * rowCount * columns + first;
        float* start = bias is null ? null : bias.Data + first;
        if (transposed) Dot<TLane>(left, right + (long)first * depth, start, to, count);
        else Combine<TLane>(left, right + first, start, to, count);
    }

    // y[m, :] = bias + Σ_k a[m, k]·b[k, :], four k at once
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Combine<T>(float* left, float* right, float* start, float* to, int count) where T : unmanaged, ILane<T>
    {
        float* sums = stackalloc float[MostSums];
        // A sum begins at the bias, as a tile's does: a product is to be the same however many rows it has.
        for (int m = 0; m < rowCount; m++)
        {
            if (start == null) new Span<float>(sums + m * _run, count).Clear();
            else new ReadOnlySpan<float>(start, count).CopyTo(new Span<float>(sums + m * _run, count));
        }
        nint row = columns;
        int k = 0;
        for (; k <= depth - 4; k += 4, right += 4 * row)
            for (int m = 0; m < rowCount; m++)
            {
                float* sum = sums + m * _run, factor = left + (long)m * depth + k, r0 = right, r1 = r0 + row, r2 = r1 + row, r3 = r2 + row;
                T f0 = T.Broadcast(factor[0]), f1 = T.Broadcast(factor[1]), f2 = T.Broadcast(factor[2]), f3 = T.Broadcast(factor[3]);
                int i = 0;
                for (; i <= count - T.Width; i += T.Width)
                    T.Store(sum + i, T.MultiplyAdd(f3, T.Load(r3 + i), T.MultiplyAdd(f2, T.Load(r2 + i), T.MultiplyAdd(f1, T.Load(r1 + i), T.MultiplyAdd(f0, T.Load(r0 + i), T.Load(sum + i))))));
                for (; i < count; i++) sum[i] = sum[i] + factor[0] * r0[i] + factor[1] * r1[i] + factor[2] * r2[i] + factor[3] * r3[i];
            }
        for (; k < depth; k++, right += row)
            for (int m = 0; m < rowCount; m++)
            {
                float* sum = sums + m * _run;
                float factor = left[(long)m * depth + k];
                T factors = T.Broadcast(factor);
                int i = 0;
                for (; i <= count - T.Width; i += T.Width) T.Store(sum + i, T.MultiplyAdd(factors, T.Load(right + i), T.Load(sum + i)));
                for (; i < count; i++) sum[i] += factor * right[i];
            }
        for (int m = 0; m < rowCount; m++) new ReadOnlySpan<float>(sums + m * _run, count).CopyTo(new Span<float>(to + (long)m * columns, count));
    }

    // y[m, p] = Σ_k a[m, k]·b[p, k] + bias[p], four p at once
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Dot<T>(float* left, float* right, float* start, float* to, int count) where T : unmanaged, ILane<T>
    {
        int whole = depth / T.Width * T.Width;
        for (int p = 0; p < count; p += 4)
        {
            int last = count - 1 - p;                                // columns past the end repeat the last
            float* r0 = right + (long)p * depth, r1 = r0 + (long)Math.Min(1, last) * depth;
            float* r2 = r0 + (long)Math.Min(2, last) * depth, r3 = r0 + (long)Math.Min(3, last) * depth;
            for (int m = 0; m < rowCount; m++)
            {
                float* x = left + (long)m * depth;
                T s0 = default, s1 = default, s2 = default, s3 = default;
                for (int k = 0; k < whole; k += T.Width)
                {
                    T value = T.Load(x + k);
                    T.Accumulate(ref s0, value, T.Load(r0 + k));
                    T.Accumulate(ref s1, value, T.Load(r1 + k));
                    T.Accumulate(ref s2, value, T.Load(r2 + k));
                    T.Accumulate(ref s3, value, T.Load(r3 + k));
                }
                float d0 = T.Sum(s0), d1 = T.Sum(s1), d2 = T.Sum(s2), d3 = T.Sum(s3);
                for (int k = whole; k < depth; k++)
                {
                    d0 += x[k] * r0[k];
                    d1 += x[k] * r1[k];
                    d2 += x[k] * r2[k];
                    d3 += x[k] * r3[k];
                }
                if (start != null)
                {
                    d0 += start[p];
                    d1 += start[p + Math.Min(1, last)];
                    d2 += start[p + Math.Min(2, last)];
                    d3 += start[p + Math.Min(3, last)];
                }
                float* result = to + (long)m * columns + p;
                result[0] = d0;
                if (last >= 1) result[1] = d1;
                if (last >= 2) result[2] = d2;
                if (last >= 3) result[3] = d3;
            }
        }
    }
}
