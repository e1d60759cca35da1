using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
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

    /// <summary>a[0], a[2], b[0], b[2].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Even(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b10_00_10_00) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipEven(a, b) : Vector128.Create(a[0], a[2], b[0], b[2]);

    /// <summary>a[1], a[3], b[1], b[3].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Odd(Vector128<float> a, Vector128<float> b) =>
        Sse.IsSupported ? Sse.Shuffle(a, b, 0b11_01_11_01) : AdvSimd.Arm64.IsSupported ? AdvSimd.Arm64.UnzipOdd(a, b) : Vector128.Create(a[1], a[3], b[1], b[3]);

    /// <summary>Of four rows of four the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Square(ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        (Vector128<float> evenAB, Vector128<float> oddAB, Vector128<float> evenCD, Vector128<float> oddCD) = (Even(a, b), Odd(a, b), Even(c, d), Odd(c, d));
        (a, b, c, d) = (Even(evenAB, evenCD), Even(oddAB, oddCD), Odd(evenAB, evenCD), Odd(oddAB, oddCD));
    }

    // to[r·toStride + c] = from[c·fromStride + r] for r below rows and c below columns; squares of four where there are.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* from, nint fromStride, float* to, nint toStride, int rows, int columns)
    {
        int c = 0;
        for (; c + 4 <= columns; c += 4)
        {
            float* p0 = from + c * fromStride, p1 = p0 + fromStride, p2 = p1 + fromStride, p3 = p2 + fromStride, put = to + c;
            int r = 0;
            for (; r + 4 <= rows; r += 4, put += 4 * toStride)
            {
                (Vector128<float> v0, Vector128<float> v1, Vector128<float> v2, Vector128<float> v3) = (Vector128.Load(p0 + r), Vector128.Load(p1 + r), Vector128.Load(p2 + r), Vector128.Load(p3 + r));
                Square(ref v0, ref v1, ref v2, ref v3);
                v0.Store(put);
                v1.Store(put + toStride);
                v2.Store(put + 2 * toStride);
                v3.Store(put + 3 * toStride);
            }
            for (; r < rows; r++, put += toStride) Vector128.Create(p0[r], p1[r], p2[r], p3[r]).Store(put);
        }
        for (; c < columns; c++)
            for (int r = 0; r < rows; r++) to[r * toStride + c] = from[c * fromStride + r];
    }
}
