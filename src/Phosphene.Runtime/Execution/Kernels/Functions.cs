using System.Runtime.CompilerServices;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>y = f(x) on whole vectors.</summary>
internal interface IFunction
{
    T Apply<T>(T x) where T : unmanaged, ILane<T>;
}

/// <summary>y = f(a, b) on whole vectors.</summary>
internal interface IPairFunction
{
    T Apply<T>(T a, T b) where T : unmanaged, ILane<T>;
}

internal readonly struct ReluFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Max(default, x);
}

internal readonly struct LeakyReluFunction(float slope) : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.IfGreater(x, default, x, x * T.Broadcast(slope));
}

internal readonly struct ClipFunction(float low, float high) : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Min(T.Broadcast(high), T.Max(T.Broadcast(low), x));
}

/// <summary>dy where low &lt; y &lt; high, else 0.</summary>
internal readonly struct ClipGradientFunction(float low, float high) : IPairFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T y, T dy) where T : unmanaged, ILane<T> => T.IfGreater(y, T.Broadcast(low), T.IfGreater(T.Broadcast(high), y, dy, default), default);
}

internal readonly struct SigmoidFunction : IFunction
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Broadcast(1) / (T.Broadcast(1) + NaturalPower.Bounded(default(T) - x));
}

/// <summary>dy·y·(1 - y).</summary>
internal readonly struct SigmoidGradientFunction : IPairFunction
{
    public T Apply<T>(T y, T dy) where T : unmanaged, ILane<T> => dy * y * (T.Broadcast(1) - y);
}

/// <summary>tanh x = 1 - 2 / (e^2x + 1), which keeps its sign and limits for large |x|; near 0 the odd series avoids cancellation.</summary>
internal readonly struct TanhFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        T one = T.Broadcast(1), square = x * x;
        T far = one - T.Broadcast(2) / (T.Exp(x + x) + one);
        T near = x * (one + square * (T.Broadcast(-1f / 3) + square * (T.Broadcast(2f / 15) + square * T.Broadcast(-17f / 315))));
        return T.IfGreater(T.Broadcast(0.2f), T.Abs(x), near, far);
    }
}

internal readonly struct ExponentialFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Exp(x);
}

internal readonly struct LogarithmFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Log(x);
}

internal readonly struct SquareRootFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Sqrt(x);
}

internal readonly struct AbsoluteFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Abs(x);
}

internal readonly struct SignFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> =>
        T.IfGreater(x, default, T.Broadcast(1), T.IfGreater(default, x, T.Broadcast(-1), x));
}

internal readonly struct SineFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Sin(x);
}

internal readonly struct CosineFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.Cos(x);
}

/// <summary>The nearest whole number, the even one of two: adding and subtracting 1.5·2^23 rounds where there are fractions, below 2^22.</summary>
internal readonly struct RoundFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        T shift = T.Broadcast(12582912);
        return T.IfGreater(T.Broadcast(1 << 22), T.Abs(x), x + shift - shift, x);
    }
}

internal readonly struct FloorFunction : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        T nearest = new RoundFunction().Apply(x);
        return T.IfGreater(nearest, x, nearest - T.Broadcast(1), nearest);
    }
}

internal readonly struct LinearFunction(float scale, float offset) : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T> => T.MultiplyAdd(x, T.Broadcast(scale), T.Broadcast(offset));
}

/// <summary>x^p: small whole powers by multiplication (so that they exist for negative x), halves by square roots, others as e^(p ln x).</summary>
internal readonly struct PowerFunction(float exponent) : IFunction
{
    public T Apply<T>(T x) where T : unmanaged, ILane<T>
    {
        float size = MathF.Abs(exponent);
        T y;
        if (size == MathF.Floor(size) && size <= 16)
        {
            y = T.Broadcast(1);
            for (int i = 0; i < (int)size; i++) y *= x;
        }
        else if (size == 0.5f) y = T.Sqrt(x);
        else return T.Exp(T.Broadcast(exponent) * T.Log(x));
        return exponent < 0 ? T.Broadcast(1) / y : y;
    }
}

internal readonly struct AddFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => a + b;
}

internal readonly struct SubtractFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => a - b;
}

internal readonly struct MultiplyFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => a * b;
}

internal readonly struct DivideFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => a / b;
}

internal readonly struct MaximumFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Max(a, b);
}

internal readonly struct MinimumFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.Min(a, b);
}

internal readonly struct GreaterFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.IfGreater(a, b, T.Broadcast(1), default);
}

internal readonly struct EqualFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.IfEqual(a, b, T.Broadcast(1), default);
}

internal readonly struct KeepFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T> => T.IfGreater(a, default, b, default);
}

/// <summary>a^b = ±e^(b ln |a|), negative for negative a and odd b, NaN for negative a and b that is no whole number; a^0 = 1.</summary>
internal readonly struct PowFunction : IPairFunction
{
    public T Apply<T>(T a, T b) where T : unmanaged, ILane<T>
    {
        T one = T.Broadcast(1), half = b * T.Broadcast(0.5f), size = T.Exp(b * T.Log(T.Abs(a)));
        T ofNegative = T.IfEqual(new FloorFunction().Apply(b), b, T.IfEqual(new FloorFunction().Apply(half), half, size, default(T) - size), T.Broadcast(float.NaN));
        return T.IfEqual(b, default, one, T.IfGreater(default, a, ofNegative, size));
    }
}

/// <summary>dy where y > 0, else 0: see <see cref="ReluGradient"/>.</summary>
internal readonly struct ReluGradientFunction : IPairFunction
{
    public T Apply<T>(T y, T dy) where T : unmanaged, ILane<T> => T.IfGreater(y, default, dy, default);
}
