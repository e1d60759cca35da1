using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The three small linear maps of Winograd's F(4×4, 3×3): six inputs d, three weights g, four outputs y with y = Aᵀ((G·g) ∘ (Bᵀ·d)), applied to rows and
/// then to columns. 36 products replace 144. Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015, section 4.3.
/// <code>
/// Bᵀ = 4  0 -5  0  1  0      G =  1/4     0    0      Aᵀ = 1  1  1  1  1  0
///      0 -4 -4  1  1  0          -1/6  -1/6 -1/6           0  1 -1  2 -2  0
///      0  4 -4 -1  1  0          -1/6   1/6 -1/6           0  1  1  4  4  0
///      0 -2 -1  2  1  0          1/24  1/12  1/6           0  1 -1  8 -8  1
///      0  2 -1 -2  1  0          1/24 -1/12  1/6
///      0  4  0 -5  0  1             0     0    1
/// </code>
/// </summary>
internal static unsafe class WinogradTransform
{
    /// <summary>Outputs of a tile along one axis.</summary>
    public const int Outputs = 4;

    /// <summary>Inputs of a tile along one axis.</summary>
    public const int Inputs = 6;

    /// <summary>Products of a tile.</summary>
    public const int Products = Inputs * Inputs;

    /// <summary>Bᵀ·d for six vectors at from + k·step, written to to + k·toStep.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T>(float* from, nint step, float* to, nint toStep) where T : unmanaged, ILane<T>
    {
        T d0 = T.Load(from), d1 = T.Load(from + step), d2 = T.Load(from + 2 * step), d3 = T.Load(from + 3 * step);
        T d4 = T.Load(from + 4 * step), d5 = T.Load(from + 5 * step), four = T.Broadcast(4), two = T.Broadcast(2), minusFive = T.Broadcast(-5);
        T even = T.MultiplyAdd(T.Broadcast(-4), d2, d4), odd = T.MultiplyAdd(T.Broadcast(-4), d1, d3);
        T evenHalf = d4 - d2, oddTwice = two * (d3 - d1);
        T.Store(to, T.MultiplyAdd(four, d0, T.MultiplyAdd(minusFive, d2, d4)));
        T.Store(to + toStep, even + odd);
        T.Store(to + 2 * toStep, even - odd);
        T.Store(to + 3 * toStep, evenHalf + oddTwice);
        T.Store(to + 4 * toStep, evenHalf - oddTwice);
        T.Store(to + 5 * toStep, T.MultiplyAdd(four, d1, T.MultiplyAdd(minusFive, d3, d5)));
    }

    /// <summary>Aᵀ·m for six vectors at from + k·step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T>(float* from, nint step, out T y0, out T y1, out T y2, out T y3) where T : unmanaged, ILane<T>
    {
        T m0 = T.Load(from), m1 = T.Load(from + step), m2 = T.Load(from + 2 * step), m3 = T.Load(from + 3 * step);
        T m4 = T.Load(from + 4 * step), m5 = T.Load(from + 5 * step);
        T sum12 = m1 + m2, difference12 = m1 - m2, sum34 = m3 + m4, difference34 = m3 - m4;
        y0 = m0 + sum12 + sum34;
        y1 = T.MultiplyAdd(T.Broadcast(2), difference34, difference12);
        y2 = T.MultiplyAdd(T.Broadcast(4), sum34, sum12);
        y3 = T.MultiplyAdd(T.Broadcast(8), difference34, difference12) + m5;
    }

    /// <summary>G·g for three vectors at from + k·step, written to to + k·toStep.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights<T>(float* from, nint step, float* to, nint toStep) where T : unmanaged, ILane<T>
    {
        T g0 = T.Load(from), g1 = T.Load(from + step), g2 = T.Load(from + 2 * step), minusSixth = T.Broadcast(-1f / 6);
        T outer = g0 + g2, weighted = T.MultiplyAdd(T.Broadcast(1f / 24), g0, T.Broadcast(1f / 6) * g2);
        T.Store(to, T.Broadcast(0.25f) * g0);
        T.Store(to + toStep, minusSixth * (outer + g1));
        T.Store(to + 2 * toStep, minusSixth * (outer - g1));
        T.Store(to + 3 * toStep, T.MultiplyAdd(T.Broadcast(1f / 12), g1, weighted));
        T.Store(to + 4 * toStep, T.MultiplyAdd(T.Broadcast(-1f / 12), g1, weighted));
        T.Store(to + 5 * toStep, g2);
    }

    /// <summary>G·g·Gᵀ for weights g [3, 3], in double: [6, 6].</summary>
    public static void Weights(ReadOnlySpan<double> g, Span<double> u)
    {
        Span<double> rows = stackalloc double[Inputs * 3];
        for (int x = 0; x < 3; x++) Weights(g[x], g[3 + x], g[6 + x], rows[x..], 3);
        for (int y = 0; y < Inputs; y++) Weights(rows[3 * y], rows[3 * y + 1], rows[3 * y + 2], u[(Inputs * y)..], 1);
    }

    private static void Weights(double g0, double g1, double g2, Span<double> u, int step)
    {
        u[0] = g0 / 4;
        u[step] = -(g0 + g1 + g2) / 6;
        u[2 * step] = -(g0 - g1 + g2) / 6;
        u[3 * step] = g0 / 24 + g1 / 12 + g2 / 6;
        u[4 * step] = g0 / 24 - g1 / 12 + g2 / 6;
        u[5 * step] = g2;
    }
}
