using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// The three small linear maps of Winograd's F(4×4, 3×3) and F(2×2, 5×5), which share their six points 0, ±a, ±b, ∞: six inputs d, three or five
/// weights g, four or two outputs y with y = Aᵀ((G·g) ∘ (Bᵀ·d)), applied to rows and then to columns. 36 products replace 144 or 100.
/// The points a = 3/4 and b = 3/2 make rounding errors half as large as the usual 1 and 2, since no coefficient is far from 1, and all but G's are exact
/// in float32. Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015, section 4.3; Barabasz and others, Error Analysis and
/// Improving the Accuracy of Winograd Convolution for Deep Neural Networks, 2020, on the choice of points.
/// <code>
/// Bᵀ = a²b²  0  -a²-b²   0    1  0      row of G for the point p: (1, p, p², ...) / n(p), n(0) = a²b², n(±a) = 2a²(a²-b²), n(±b) = 2b²(b²-a²);
///       0  -ab²  -b²     a    1  0      for ∞: (0, ..., 0, 1)
///       0   ab²  -b²    -a    1  0
///       0  -a²b  -a²     b    1  0      Aᵀ = 1  1   1   1   1  0
///       0   a²b  -a²    -b    1  0           0  a  -a   b  -b  0 (1 for two outputs)
///       0  a²b²   0   -a²-b²  0  1           0  a²  a²  b²  b² 0
///                                            0  a³ -a³  b³ -b³ 1
/// </code>
/// </summary>
internal static unsafe class WinogradTransform
{
    private const float A = 0.75f, B = 1.5f, A2 = A * A, B2 = B * B;
    private const float NormZero = A2 * B2, NormA = 2 * A2 * (A2 - B2), NormB = 2 * B2 * (B2 - A2);

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
        T d4 = T.Load(from + 4 * step), d5 = T.Load(from + 5 * step);
        T evenA = T.MultiplyAdd(T.Broadcast(-B2), d2, d4), oddA = T.MultiplyAdd(T.Broadcast(-B2), d1, d3);
        T evenB = T.MultiplyAdd(T.Broadcast(-A2), d2, d4), oddB = T.MultiplyAdd(T.Broadcast(-A2), d1, d3);
        T product = T.Broadcast(A2 * B2), minusSum = T.Broadcast(-A2 - B2);
        T.Store(to, T.MultiplyAdd(product, d0, T.MultiplyAdd(minusSum, d2, d4)));
        T.Store(to + toStep, T.MultiplyAdd(T.Broadcast(A), oddA, evenA));
        T.Store(to + 2 * toStep, T.MultiplyAdd(T.Broadcast(-A), oddA, evenA));
        T.Store(to + 3 * toStep, T.MultiplyAdd(T.Broadcast(B), oddB, evenB));
        T.Store(to + 4 * toStep, T.MultiplyAdd(T.Broadcast(-B), oddB, evenB));
        T.Store(to + 5 * toStep, T.MultiplyAdd(product, d1, T.MultiplyAdd(minusSum, d3, d5)));
    }

    /// <summary>Aᵀ·m for six vectors at from + k·step, for four outputs or for two, of which the last is y1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output<T>(float* from, nint step, bool two, out T y0, out T y1, out T y2, out T y3) where T : unmanaged, ILane<T>
    {
        T m0 = T.Load(from), m1 = T.Load(from + step), m2 = T.Load(from + 2 * step), m3 = T.Load(from + 3 * step);
        T m4 = T.Load(from + 4 * step), m5 = T.Load(from + 5 * step);
        T sum12 = m1 + m2, difference12 = m1 - m2, sum34 = m3 + m4, difference34 = m3 - m4;
        y0 = m0 + sum12 + sum34;
        y1 = T.MultiplyAdd(T.Broadcast(B), difference34, T.Broadcast(A) * difference12);
        if (two) y1 += m5;
        y2 = T.MultiplyAdd(T.Broadcast(B2), sum34, T.Broadcast(A2) * sum12);
        y3 = T.MultiplyAdd(T.Broadcast(B * B2), difference34, T.MultiplyAdd(T.Broadcast(A * A2), difference12, m5));
    }

    /// <summary>G·g·Gᵀ for a vector of 3×3 kernels, their weights at g + (3·y + x)·step, written to u + (6·y + x)·toStep. All that is between the two stays in registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Weights<T>(float* g, nint step, float* u, nint toStep) where T : unmanaged, ILane<T>
    {
        nint row = 3 * step, toRow = Inputs * toStep;
        T first0 = T.Load(g), first1 = T.Load(g + step), first2 = T.Load(g + 2 * step);
        T middle0 = T.Load(g + row), middle1 = T.Load(g + row + step), middle2 = T.Load(g + row + 2 * step);
        T last0 = T.Load(g + 2 * row), last1 = T.Load(g + 2 * row + step), last2 = T.Load(g + 2 * row + 2 * step);
        T zero = T.Broadcast(1 / NormZero);
        Row(zero * first0, zero * first1, zero * first2, u, toStep);
        T one = T.Broadcast(1 / NormA), odd = T.Broadcast(A / NormA), square = T.Broadcast(A2 / NormA);
        T even0 = T.MultiplyAdd(square, last0, one * first0), even1 = T.MultiplyAdd(square, last1, one * first1), even2 = T.MultiplyAdd(square, last2, one * first2);
        T odd0 = odd * middle0, odd1 = odd * middle1, odd2 = odd * middle2;
        Row(even0 + odd0, even1 + odd1, even2 + odd2, u + toRow, toStep);
        Row(even0 - odd0, even1 - odd1, even2 - odd2, u + 2 * toRow, toStep);
        (one, odd, square) = (T.Broadcast(1 / NormB), T.Broadcast(B / NormB), T.Broadcast(B2 / NormB));
        (even0, even1, even2) = (T.MultiplyAdd(square, last0, one * first0), T.MultiplyAdd(square, last1, one * first1), T.MultiplyAdd(square, last2, one * first2));
        (odd0, odd1, odd2) = (odd * middle0, odd * middle1, odd * middle2);
        Row(even0 + odd0, even1 + odd1, even2 + odd2, u + 3 * toRow, toStep);
        Row(even0 - odd0, even1 - odd1, even2 - odd2, u + 4 * toRow, toStep);
        Row(last0, last1, last2, u + 5 * toRow, toStep);
    }

    // G·g for three vectors, written to to + k·toStep.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row<T>(T g0, T g1, T g2, float* to, nint toStep) where T : unmanaged, ILane<T>
    {
        T evenA = T.MultiplyAdd(T.Broadcast(A2 / NormA), g2, T.Broadcast(1 / NormA) * g0), oddA = T.Broadcast(A / NormA) * g1;
        T evenB = T.MultiplyAdd(T.Broadcast(B2 / NormB), g2, T.Broadcast(1 / NormB) * g0), oddB = T.Broadcast(B / NormB) * g1;
        T.Store(to, T.Broadcast(1 / NormZero) * g0);
        T.Store(to + toStep, evenA + oddA);
        T.Store(to + 2 * toStep, evenA - oddA);
        T.Store(to + 3 * toStep, evenB + oddB);
        T.Store(to + 4 * toStep, evenB - oddB);
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
        ReadOnlySpan<double> points = [0, A, -A, B, -B], norms = [NormZero, NormA, NormA, NormB, NormB];
        for (int e = 0; e < points.Length; e++)
        {
            double sum = 0;
            for (int k = window - 1; k >= 0; k--) sum = sum * points[e] + g[k * step];
            u[e * toStep] = sum / norms[e];
        }
        u[points.Length * toStep] = g[(window - 1) * step];
    }
}
