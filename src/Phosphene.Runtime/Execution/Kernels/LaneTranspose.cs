using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>Between rows in memory and vectors whose lanes are rows.</summary>
internal static unsafe class LaneTranspose
{
    /// <summary>target[k·targetStride + lane] = rows[lane·stride + k] for k below columns; 0 in lanes from count on.</summary>
    public static void Gather<T>(float* rows, nint stride, int count, int columns, float* target, nint targetStride)
        where T : unmanaged, ILane<T>
    {
        if (count < T.Width)
            for (int k = 0; k < columns; k++) T.Store(target + k * targetStride, default);
        Transpose(rows, stride, target, targetStride, columns, count);
    }

    /// <summary>rows[lane·stride + k] = source[k·sourceStride + lane] for k below columns and lanes below count.</summary>
    public static void Scatter(float* source, nint sourceStride, float* rows, nint stride, int count, int columns) =>
        Transpose(source, sourceStride, rows, stride, count, columns);

    // to[r·toStride + c] = from[c·fromStride + r] for r below rows and c below columns; four c at once where there are four.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* from, nint fromStride, float* to, nint toStride, int rows, int columns)
    {
        int c = 0;
        for (; c + 4 <= columns; c += 4)
        {
            float* p0 = from + c * fromStride, p1 = p0 + fromStride, p2 = p1 + fromStride, p3 = p2 + fromStride, put = to + c;
            for (int r = 0; r < rows; r++, put += toStride) Vector128.Create(p0[r], p1[r], p2[r], p3[r]).Store(put);
        }
        for (; c < columns; c++)
            for (int r = 0; r < rows; r++) to[r * toStride + c] = from[c * fromStride + r];
    }
}
