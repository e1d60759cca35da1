using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The heart of convolution and matrix product: six rows times a panel of two vectors of columns, all twelve sums in registers.
/// <code>
/// sum[r][c] = start[c] + Σ_s Σ_i rows[r][segments[s] + i] · panel[(s·run + i)·2·Width + c],   r in 0..5, c in 0..2·Width-1
/// </code>
/// A row is a pixel (or a row of a matrix); a segment is a run of input channels under one tap of the window. Per step there are two loads of
/// weights and six broadcasts for twelve multiply-adds, which keeps both multiply-add units of an x86 core busy with 15 of AVX2's 16 registers.
/// </summary>
internal static unsafe class Tile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 6;

    /// <summary>
    /// rows: 6 addresses. segments: offsets in floats. run: floats per segment. panel: [segments·run, 2·Width]. start: [2·Width] or null for 0.
    /// targets: 6 addresses; the second vector goes to target + second. What the epilogue adds to a sum and what masks it lies at the given
    /// distances from its target.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Product<T>(float** rows, int* segments, int segmentCount, int run, float* panel, float* start, Epilogue epilogue,
        float** targets, long second) where T : unmanaged, ILane<T>
    {
        T c00, c10, c20, c30, c40, c50, c01, c11, c21, c31, c41, c51;
        c00 = c10 = c20 = c30 = c40 = c50 = start == null ? default : T.Load(start);
        c01 = c11 = c21 = c31 = c41 = c51 = start == null ? default : T.Load(start + T.Width);
        float* p0 = rows[0], p1 = rows[1], p2 = rows[2], p3 = rows[3], p4 = rows[4], p5 = rows[5];
        for (int s = 0; s < segmentCount; s++)
        {
            nint i = segments[s], end = i + run;
            for (; i < end; i++)
            {
                T w0 = T.Load(panel), w1 = T.Load(panel + T.Width);
                panel += 2 * T.Width;
                T x = T.Broadcast(p0[i]);
                c00 = T.MultiplyAdd(x, w0, c00);
                c01 = T.MultiplyAdd(x, w1, c01);
                x = T.Broadcast(p1[i]);
                c10 = T.MultiplyAdd(x, w0, c10);
                c11 = T.MultiplyAdd(x, w1, c11);
                x = T.Broadcast(p2[i]);
                c20 = T.MultiplyAdd(x, w0, c20);
                c21 = T.MultiplyAdd(x, w1, c21);
                x = T.Broadcast(p3[i]);
                c30 = T.MultiplyAdd(x, w0, c30);
                c31 = T.MultiplyAdd(x, w1, c31);
                x = T.Broadcast(p4[i]);
                c40 = T.MultiplyAdd(x, w0, c40);
                c41 = T.MultiplyAdd(x, w1, c41);
                x = T.Broadcast(p5[i]);
                c50 = T.MultiplyAdd(x, w0, c50);
                c51 = T.MultiplyAdd(x, w1, c51);
            }
        }
        if (epilogue.Addend != 0)
        {
            float* t0 = targets[0] + epilogue.Addend, t1 = targets[1] + epilogue.Addend, t2 = targets[2] + epilogue.Addend;
            float* t3 = targets[3] + epilogue.Addend, t4 = targets[4] + epilogue.Addend, t5 = targets[5] + epilogue.Addend;
            c00 += T.Load(t0); c01 += T.Load(t0 + second);
            c10 += T.Load(t1); c11 += T.Load(t1 + second);
            c20 += T.Load(t2); c21 += T.Load(t2 + second);
            c30 += T.Load(t3); c31 += T.Load(t3 + second);
            c40 += T.Load(t4); c41 += T.Load(t4 + second);
            c50 += T.Load(t5); c51 += T.Load(t5 + second);
        }
        if (epilogue.Mask != 0)
        {
            float* t0 = targets[0] + epilogue.Mask, t1 = targets[1] + epilogue.Mask, t2 = targets[2] + epilogue.Mask;
            float* t3 = targets[3] + epilogue.Mask, t4 = targets[4] + epilogue.Mask, t5 = targets[5] + epilogue.Mask;
            c00 = Masked(t0, c00); c01 = Masked(t0 + second, c01);
            c10 = Masked(t1, c10); c11 = Masked(t1 + second, c11);
            c20 = Masked(t2, c20); c21 = Masked(t2 + second, c21);
            c30 = Masked(t3, c30); c31 = Masked(t3 + second, c31);
            c40 = Masked(t4, c40); c41 = Masked(t4 + second, c41);
            c50 = Masked(t5, c50); c51 = Masked(t5 + second, c51);
        }
        if (epilogue.Relu)
        {
            c00 = T.Max(default, c00); c01 = T.Max(default, c01);
            c10 = T.Max(default, c10); c11 = T.Max(default, c11);
            c20 = T.Max(default, c20); c21 = T.Max(default, c21);
            c30 = T.Max(default, c30); c31 = T.Max(default, c31);
            c40 = T.Max(default, c40); c41 = T.Max(default, c41);
            c50 = T.Max(default, c50); c51 = T.Max(default, c51);
        }
        T.Store(targets[0], c00); T.Store(targets[0] + second, c01);
        T.Store(targets[1], c10); T.Store(targets[1] + second, c11);
        T.Store(targets[2], c20); T.Store(targets[2] + second, c21);
        T.Store(targets[3], c30); T.Store(targets[3] + second, c31);
        T.Store(targets[4], c40); T.Store(targets[4] + second, c41);
        T.Store(targets[5], c50); T.Store(targets[5] + second, c51);
    }

    /// <summary>The sum where the activation at the given place is positive, else 0: the gradient of ReLU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Masked<T>(float* activation, T sum) where T : unmanaged, ILane<T> => T.IfGreater(T.Load(activation), default, sum, default);
}

/// <summary>
/// What happens to a sum before it is stored at its target: plus what lies Addend floats from the target, 0 where what lies Mask floats from it
/// is not positive, and at least 0 with Relu. A distance of 0 stands for none.
/// </summary>
internal readonly record struct Epilogue(bool Relu, nint Addend = 0, nint Mask = 0)
{
    /// <summary>The sum as it is.</summary>
    public static Epilogue None => default;

    /// <summary>The same for sums of a vector that will be stored at the given address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe T Apply<T>(float* target, T sum) where T : unmanaged, ILane<T>
    {
        if (Addend != 0) sum += T.Load(target + Addend);
        if (Mask != 0) sum = Tile.Masked(target + Mask, sum);
        return Relu ? T.Max(default, sum) : sum;
    }
}

/// <summary>The values that an epilogue reads, with the same layout and shape as the output that it is for.</summary>
internal sealed record EpilogueValues(bool Relu, Value? Addend = null, Value? Mask = null)
{
    /// <summary>Those that there are.</summary>
    public IEnumerable<Value> Values => new[] { Addend, Mask }.OfType<Value>();

    /// <summary>The distances for one image of the output.</summary>
    public unsafe Epilogue Of(Value y, int image) => new(Relu, Distance(Addend, y, image), Distance(Mask, y, image));

    private static unsafe nint Distance(Value? value, Value y, int image) =>
        value is null ? 0 : (nint)(value.Data + image * value.ImageStride - (y.Data + image * y.ImageStride));
}
