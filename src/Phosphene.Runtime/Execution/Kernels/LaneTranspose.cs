using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    // to[r·toStride + c] = from[c·fromStride + r] for r below rows and c below columns; squares of four by four where there are four.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* from, nint fromStride, float* to, nint toStride, int rows, int columns)
    {
        int c = 0;
        for (; c + 4 <= columns; c += 4)
        {
            float* p0 = from + c * fromStride, p1 = p0 + fromStride, p2 = p1 + fromStride, p3 = p2 + fromStride, put = to + c;
            int r = 0;
            for (; r + 4 <= rows && Sse.IsSupported; r += 4, put += 4 * toStride)
            {
                Vector128<float> x0 = Vector128.Load(p0 + r), x1 = Vector128.Load(p1 + r), x2 = Vector128.Load(p2 + r), x3 = Vector128.Load(p3 + r);
                Vector128<float> low01 = Sse.UnpackLow(x0, x1), low23 = Sse.UnpackLow(x2, x3), high01 = Sse.UnpackHigh(x0, x1), high23 = Sse.UnpackHigh(x2, x3);
                Sse.MoveLowToHigh(low01, low23).Store(put);
                Sse.MoveHighToLow(low23, low01).Store(put + toStride);
                Sse.MoveLowToHigh(high01, high23).Store(put + 2 * toStride);
                Sse.MoveHighToLow(high23, high01).Store(put + 3 * toStride);
            }
            for (; r < rows; r++, put += toStride) Vector128.Create(p0[r], p1[r], p2[r], p3[r]).Store(put);
        }
        for (; c < columns; c++)
            for (int r = 0; r < rows; r++) to[r * toStride + c] = from[c * fromStride + r];
    }
}
