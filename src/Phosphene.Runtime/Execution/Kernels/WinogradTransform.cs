using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The three small linear maps of Winograd's F(4×4, 3×3) and F(2×2, 5×5), which share their six points 0, ±1, ±2, ∞: six inputs d, three or five
/// weights g, four or two outputs y with y = Aᵀ((G·g) ∘ (Bᵀ·d)), applied to rows and then to columns. 36 products replace 144 or 100.
/// Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015, section 4.3.
/// <code>
/// Bᵀ = 4  0 -5  0  1  0      G =  1/4     0    0  |    0    0      Aᵀ = 1  1  1  1  1  0
///      0 -4 -4  1  1  0          -1/6  -1/6 -1/6  | -1/6 -1/6           0  1 -1  2 -2  0 (1 for two outputs)
///      0  4 -4 -1  1  0          -1/6   1/6 -1/6  |  1/6 -1/6           0  1  1  4  4  0
///      0 -2 -1  2  1  0          1/24  1/12  1/6  |  1/3  2/3           0  1 -1  8 -8  1
///      0  2 -1 -2  1  0          1/24 -1/12  1/6  | -1/3  2/3
///      0  4  0 -5  0  1             0     0    1  |    0    1 (with five weights; its third is 0 then)
/// </code>
/// </summary>
internal static unsafe class WinogradTransform
{
    /// <summary>Inputs of a tile along one axis.</summary>
    public const int Inputs = 6;

    /// <summary>Products of a tile.</summary>
    public const int Products = Inputs * Inputs;

    /// <summary>Outputs of a tile along one axis, for a window of 3 or 5 taps along it.</summary>
    public static int Outputs(int window) => Inputs + 1 - window;

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

    /// <summary>Aᵀ·m for six vectors at from + k·step, for four outputs or for two, of which the last is y1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T>(float* from, nint step, bool two, out T y0, out T y1, out T y2, out T y3) where T : unmanaged, ILane<T>
    {
        T m0 = T.Load(from), m1 = T.Load(from + step), m2 = T.Load(from + 2 * step), m3 = T.Load(from + 3 * step);
        T m4 = T.Load(from + 4 * step), m5 = T.Load(from + 5 * step);
        T sum12 = m1 + m2, difference12 = m1 - m2, sum34 = m3 + m4, difference34 = m3 - m4;
        y0 = m0 + sum12 + sum34;
        y1 = T.MultiplyAdd(T.Broadcast(2), difference34, difference12);
        if (two) y1 += m5;
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

    /// <summary>G·g·Gᵀ for weights g [window, window], in double: [6, 6].</summary>
    public static void Weights(ReadOnlySpan<double> g, int window, Span<double> u)
    {
        Span<double> rows = stackalloc double[Inputs * window];
        for (int x = 0; x < window; x++) Weights(g[x..], window, window, rows[x..], window);
        for (int y = 0; y < Inputs; y++) Weights(rows[(window * y)..], 1, window, u[(Inputs * y)..], 1);
    }

    // G·g for the weights at g[k·step], as the polynomial with these coefficients at the points, by their norms.
    private static void Weights(ReadOnlySpan<double> g, int step, int window, Span<double> u, int toStep)
    {
        ReadOnlySpan<double> points = [0, 1, -1, 2, -2], norms = [4, -6, -6, 24, 24];
        for (int e = 0; e < points.Length; e++)
        {
            double sum = 0;
            for (int k = window - 1; k >= 0; k--) sum = sum * points[e] + g[k * step];
            u[e * toStep] = sum / norms[e];
        }
        u[points.Length * toStep] = g[(window - 1) * step];
    }
}
