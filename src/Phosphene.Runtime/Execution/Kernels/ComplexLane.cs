using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>A vector of complex numbers: a vector of real parts and one of imaginary parts.</summary>
internal readonly unsafe struct ComplexLane<T>(T re, T im) where T : unmanaged, ILane<T>
{
    private readonly T _re = re, _im = im;

    /// <summary>Reads Width real parts at an address and Width imaginary parts so many floats after it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLane<T> Load(float* at, nint imaginary) => new(T.Load(at), T.Load(at + imaginary));

    /// <summary>Writes what <see cref="Load"/> reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* at, nint imaginary)
    {
        T.Store(at, _re);
        T.Store(at + imaginary, _im);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLane<T> operator +(ComplexLane<T> a, ComplexLane<T> b) => new(a._re + b._re, a._im + b._im);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLane<T> operator -(ComplexLane<T> a, ComplexLane<T> b) => new(a._re - b._re, a._im - b._im);

    /// <summary>a times a real number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ComplexLane<T> operator *(ComplexLane<T> a, T scale) => new(a._re * scale, a._im * scale);

    /// <summary>a·scale + this, scale real.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLane<T> Plus(ComplexLane<T> a, T scale) => new(T.MultiplyAdd(a._re, scale, _re), T.MultiplyAdd(a._im, scale, _im));

    /// <summary>this + i·a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLane<T> PlusI(ComplexLane<T> a) => new(_re - a._im, _im + a._re);

    /// <summary>this - i·a.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLane<T> MinusI(ComplexLane<T> a) => new(_re + a._im, _im - a._re);

    /// <summary>This times the complex number at factor: its real part, then its imaginary part.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ComplexLane<T> Times(float* factor)
    {
        T re = T.Broadcast(factor[0]), im = T.Broadcast(factor[1]);
        return new(_re * re - _im * im, T.MultiplyAdd(_re, im, _im * re));
    }
}
