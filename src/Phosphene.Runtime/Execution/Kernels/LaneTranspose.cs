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

    // Of sixteen rows of four the columns, one after the other: each quarter of four vectors is a square.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tall(float* from, nint fromStride, float* to, nint toStride)
    {
        Vector512<float> v0 = Quarters(from), v1 = Quarters(from + fromStride), v2 = Quarters(from + 2 * fromStride), v3 = Quarters(from + 3 * fromStride);
        Vector512<double> low01 = Avx512F.UnpackLow(v0, v1).AsDouble(), high01 = Avx512F.UnpackHigh(v0, v1).AsDouble(), low23 = Avx512F.UnpackLow(v2, v3).AsDouble(), high23 = Avx512F.UnpackHigh(v2, v3).AsDouble();
        Avx512F.UnpackLow(low01, low23).AsSingle().Store(to);
        Avx512F.UnpackHigh(low01, low23).AsSingle().Store(to + toStride);
        Avx512F.UnpackLow(high01, high23).AsSingle().Store(to + 2 * toStride);
        Avx512F.UnpackHigh(high01, high23).AsSingle().Store(to + 3 * toStride);

        Vector512<float> Quarters(float* row) => Avx512F.InsertVector128(Avx512F.InsertVector128(Avx512F.InsertVector128(
            Vector128.Load(row).ToVector256Unsafe().ToVector512Unsafe(), Vector128.Load(row + 4 * fromStride), 1), Vector128.Load(row + 8 * fromStride), 2), Vector128.Load(row + 12 * fromStride), 3);
    }

    // to[r·toStride + c] = from[c·fromStride + r] for r below rows and c below columns; squares of four where there are, and four of them at once where vectors are that wide.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* from, nint fromStride, float* to, nint toStride, int rows, int columns)
    {
        int c = 0;
        for (; Avx512F.IsSupported && c + 16 <= columns && rows % 4 == 0; c += 16)
            for (int r = 0; r < rows; r += 4) Tall(from + c * fromStride + r, fromStride, to + r * toStride + c, toStride);
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
