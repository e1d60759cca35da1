using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution;

/// <summary>
/// A hardware vector of floats. Kernels are written once against this interface and compiled for each width: <see cref="Lane512"/> (AVX-512),
/// <see cref="Lane256"/> (AVX2), <see cref="Lane128"/> (SSE, Arm) and <see cref="Lane1"/> (a plain float, for machines without vectors and for tails).
/// </summary>
internal unsafe interface ILane<T> where T : unmanaged, ILane<T>
{
    /// <summary>The number of floats.</summary>
    static abstract int Width { get; }

    /// <summary>Reads Width floats, at any alignment.</summary>
    static abstract T Load(float* source);

    /// <summary>Writes Width floats, at any alignment.</summary>
    static abstract void Store(float* target, T value);

    /// <summary>The same for aligned memory that will not be read soon: past the caches. Other threads see it once this one has done something that is interlocked, as at the end of each stage.</summary>
    static abstract void Stream(float* target, T value);

    /// <summary>Writes Width whole numbers of 0 to 255 as bytes.</summary>
    static abstract void StoreBytes(byte* target, T value);

    /// <summary>yes where the byte at the source is the expected one, 0 elsewhere.</summary>
    static abstract T IfByte(byte* source, byte expected, T yes);

    /// <summary>Writes one bit for each lane, 1 where it is greater than 0, the first lane's lowest. For vectors of at least eight lanes.</summary>
    static abstract void StoreBits(byte* target, T value);

    /// <summary>yes where the bit of the lane is 1, 0 elsewhere: see <see cref="StoreBits"/>.</summary>
    static abstract T IfBit(byte* source, T yes);

    /// <summary>The same number in every lane.</summary>
    static abstract T Broadcast(float value);

    /// <summary>a + b.</summary>
    static abstract T operator +(T a, T b);

    /// <summary>a - b.</summary>
    static abstract T operator -(T a, T b);

    /// <summary>a·b.</summary>
    static abstract T operator *(T a, T b);

    /// <summary>a / b.</summary>
    static abstract T operator /(T a, T b);

    /// <summary>a·b + c, with one rounding where the processor has it.</summary>
    static abstract T MultiplyAdd(T a, T b, T c);

    /// <summary>sum += a·b, as <see cref="MultiplyAdd"/>. In place: a chain of these needs no moves between registers.</summary>
    static abstract void Accumulate(ref T sum, T a, T b);

    /// <summary>The larger of the two; if b is NaN, NaN. What a NaN in a gives depends on the processor: pass the value that may be NaN as b.</summary>
    static abstract T Max(T a, T b);

    /// <summary>The smaller of the two; NaN as in <see cref="Max"/>.</summary>
    static abstract T Min(T a, T b);

    /// <summary>√x.</summary>
    static abstract T Sqrt(T x);

    /// <summary>|x|.</summary>
    static abstract T Abs(T x);

    /// <summary>y·2^n for whole n in [-126, 128], if that is a normal number or infinite; for -126 it may be 0.</summary>
    static abstract T Scale(T y, T n);

    /// <summary>e^x; 0 where that is below the least normal number, 1.2e-38, and, by the width of the vectors, where it is below 1.7e-38.</summary>
    static abstract T Exp(T x);

    /// <summary>ln x.</summary>
    static abstract T Log(T x);

    /// <summary>sin x.</summary>
    static abstract T Sin(T x);

    /// <summary>cos x.</summary>
    static abstract T Cos(T x);

    /// <summary>yes where a > b, no elsewhere.</summary>
    static abstract T IfGreater(T a, T b, T yes, T no);

    /// <summary>yes where a = b, no elsewhere.</summary>
    static abstract T IfEqual(T a, T b, T yes, T no);

    /// <summary>Lane l is the lane of x whose number, 0 to Width - 1, the bits of lane l of <paramref name="from"/> are as an integer.</summary>
    static abstract T Permute(T x, T from);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(T x);

    /// <summary>The sums of all lanes of four, side by side.</summary>
    static abstract Vector128<float> Sums(T a, T b, T c, T d);
}
