using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

// The polynomials are our own least-maximum fits (Chebyshev basis, reweighted until the error is level); the error stands with each.

/// <summary>
/// e^x = 2^n·e^r with n = x / ln 2 rounded, so that |r| ≤ ln 2 / 2: a polynomial (error 3.1e-9). ln 2 is taken in two parts, of which n times the first is exact. Several times as
/// fast as the vectors' own, which compute in double precision.
/// </summary>
internal static class NaturalPower
{
    // Beyond the first e^x is infinite, below the second it has no normal float32.
    private const float Most = 89, Least = -87.3f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<T>(T x) where T : unmanaged, ILane<T> => T.IfGreater(T.Broadcast(Least), x, default, Bounded(x));

    /// <summary>The same, but where e^x has no normal float32 it may be the least one, 1.2e-38: what is added to 1 need not be 0 there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Bounded<T>(T x) where T : unmanaged, ILane<T>
    {
        T shift = T.Broadcast(12582912), bounded = T.Max(T.Broadcast(Least), T.Min(T.Broadcast(Most), x));
        T n = T.MultiplyAdd(bounded, T.Broadcast(1.442695f), shift) - shift;
        T r = T.MultiplyAdd(n, T.Broadcast(0.00021219444f), T.MultiplyAdd(n, T.Broadcast(-0.6933594f), bounded));
        T tail = T.MultiplyAdd(T.Broadcast(0.0013814539f), r, T.Broadcast(0.008368745f));
        tail = T.MultiplyAdd(T.MultiplyAdd(tail, r, T.Broadcast(0.04166839f)), r, T.Broadcast(0.16666521f));
        tail = T.MultiplyAdd(tail, r, T.Broadcast(0.49999994f));
        return T.Scale(T.MultiplyAdd(tail * r, r, r + T.Broadcast(1)), n);
    }
}

/// <summary>erf x: an odd polynomial below 1 (error 1.2e-9), 1 - e^polynomial from there to 4 (error 2.1e-11), beyond which erf is 1 in float32.</summary>
internal readonly struct ErrorFunctionFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        T size = T.Min(T.Broadcast(4), T.Abs(x)), square = x * x, one = T.Broadcast(1);
        T near = x * Polynomial.Of(square, 1.1283791f, -0.37612626f, 0.112836f, -0.026854444f, 0.005189535f, -0.00080208405f, 7.8891164e-05f);
        T far = one - T.Exp(Polynomial.Of(size, 0.0001880424f, -1.1295785f, -0.6332199f, -0.1084186f, 0.025208268f, -0.004204566f, 0.00044133715f, -2.1686914e-05f));
        return T.IfGreater(one, T.Abs(x), near, T.IfGreater(default, x, default(T) - far, far));
    }
}

/// <summary>arctan x: outside [-tan π/8, tan π/8] by arctan x = π/4 + arctan((x - 1) / (x + 1)) or π/2 - arctan(1 / x); inside an odd polynomial (error 6e-10).</summary>
internal readonly struct ArctangentFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        T size = T.Abs(x), one = T.Broadcast(1), low = T.Broadcast(0.41421356f), high = T.Broadcast(2.4142135f);
        T reduced = T.IfGreater(size, high, default(T) - one / size, T.IfGreater(size, low, (size - one) / (size + one), size));
        T offset = T.IfGreater(size, high, T.Broadcast(MathF.PI / 2), T.IfGreater(size, low, T.Broadcast(MathF.PI / 4), default));
        T y = offset + reduced * Polynomial.Of(reduced * reduced, 1, -0.33333308f, 0.19998237f, -0.1424043f, 0.10575791f, -0.060401794f);
        return T.IfGreater(default, x, default(T) - y, y);
    }
}

/// <summary>
/// f = x·Φ(x), see <see cref="Graphs.Gelu"/>;  f' = Φ(x) + x·φ(x) with φ(x) = e^(-x²/2) / √(2π). Value and slope share one exponential:
/// Φ(-|x|) = e^(-x²/2)·t·polynomial(t), t = 1 / (1 + 0.24·|x|) (error 3.6e-10), the form of Abramowitz and Stegun 7.1.26 with two more terms. Chains of small methods are inlined, since
/// vectors that are handed over in memory cost more than what is computed with them.
/// </summary>
internal readonly struct GeluFunction : IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => x * Normal(x, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x, out T slope) where T : unmanaged, ILane<T>
    {
        T normal = Normal(x, out T power);
        slope = T.MultiplyAdd(x * T.Broadcast(0.3989422804f), power, normal);
        return x * normal;
    }

    // Φ(x), and e^(-x²/2).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Normal<T>(T x, out T power) where T : unmanaged, ILane<T>
    {
        T one = T.Broadcast(1), t = one / T.MultiplyAdd(T.Abs(x), T.Broadcast(0.2404163f), one);
        power = T.Exp(x * x * T.Broadcast(-0.5f));
        T y = T.MultiplyAdd(T.Broadcast(-0.12349211f), t, T.Broadcast(0.5438093f));
        y = T.MultiplyAdd(T.MultiplyAdd(y, t, T.Broadcast(-0.625501f)), t, T.Broadcast(0.6056024f));
        y = T.MultiplyAdd(T.MultiplyAdd(y, t, T.Broadcast(-0.14302391f)), t, T.Broadcast(0.15253158f));
        T below = T.MultiplyAdd(y, t, T.Broadcast(0.090073705f)) * t * power;
        return T.IfGreater(x, default, one - below, below);
    }
}

/// <summary>Horner's rule.</summary>
internal static class Polynomial
{
    /// <summary>The coefficients are those of 1, x, x², ...</summary>
    public static T Of<T>(T x, params ReadOnlySpan<float> coefficients) where T : unmanaged, ILane<T>
    {
        T y = T.Broadcast(coefficients[^1]);
        for (int i = coefficients.Length - 2; i >= 0; i--) y = T.MultiplyAdd(y, x, T.Broadcast(coefficients[i]));
        return y;
    }
}
