using System.Runtime.Intrinsics;

namespace Phosphene.Runtime.Execution;

/// <summary>One float: the path of machines without vectors, and the tail of every other path.</summary>
internal unsafe struct Lane1 : ILane<Lane1>
{
    private float _value;

    private Lane1(float value) => _value = value;

    /// <inheritdoc/>
    public static int Width => 1;

    /// <inheritdoc/>
    public static Lane1 Load(float* source) => new(*source);

    /// <inheritdoc/>
    public static void Store(float* target, Lane1 value) => *target = value._value;

    /// <inheritdoc/>
    public static void Stream(float* target, Lane1 value) => *target = value._value;

    /// <inheritdoc/>
    public static void StoreBytes(byte* target, Lane1 value) => *target = (byte)value._value;

    /// <inheritdoc/>
    public static Lane1 IfByte(byte* source, byte expected, Lane1 yes) => *source == expected ? yes : default;

    /// <inheritdoc/>
    public static void StoreBits(byte* target, Lane1 value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public static Lane1 IfBit(byte* source, Lane1 yes) => throw new NotSupportedException();

    /// <inheritdoc/>
    public static Lane1 Broadcast(float value) => new(value);

    /// <inheritdoc/>
    public static Lane1 operator +(Lane1 a, Lane1 b) => new(a._value + b._value);

    /// <inheritdoc/>
    public static Lane1 operator -(Lane1 a, Lane1 b) => new(a._value - b._value);

    /// <inheritdoc/>
    public static Lane1 operator *(Lane1 a, Lane1 b) => new(a._value * b._value);

    /// <inheritdoc/>
    public static Lane1 operator /(Lane1 a, Lane1 b) => new(a._value / b._value);

    /// <inheritdoc/>
    public static Lane1 MultiplyAdd(Lane1 a, Lane1 b, Lane1 c) => new(a._value * b._value + c._value);

    /// <inheritdoc/>
    public static void Accumulate(ref Lane1 sum, Lane1 a, Lane1 b) => sum._value = a._value * b._value + sum._value;

    /// <inheritdoc/>
    public static Lane1 Max(Lane1 a, Lane1 b) => a._value > b._value ? a : b;

    /// <inheritdoc/>
    public static Lane1 Min(Lane1 a, Lane1 b) => a._value < b._value ? a : b;

    /// <inheritdoc/>
    public static Lane1 Sqrt(Lane1 x) => new(MathF.Sqrt(x._value));

    /// <inheritdoc/>
    public static Lane1 Abs(Lane1 x) => new(MathF.Abs(x._value));

    /// <inheritdoc/>
    public static Lane1 Scale(Lane1 y, Lane1 n) => new(MathF.ScaleB(y._value, (int)n._value));

    /// <inheritdoc/>
    public static Lane1 Exp(Lane1 x) => new(MathF.Exp(x._value));

    /// <inheritdoc/>
    public static Lane1 Log(Lane1 x) => new(MathF.Log(x._value));

    /// <inheritdoc/>
    public static Lane1 Sin(Lane1 x) => new(MathF.Sin(x._value));

    /// <inheritdoc/>
    public static Lane1 Cos(Lane1 x) => new(MathF.Cos(x._value));

    /// <inheritdoc/>
    public static Lane1 IfGreater(Lane1 a, Lane1 b, Lane1 yes, Lane1 no) => a._value > b._value ? yes : no;

    /// <inheritdoc/>
    public static Lane1 IfEqual(Lane1 a, Lane1 b, Lane1 yes, Lane1 no) => a._value == b._value ? yes : no;

    /// <inheritdoc/>
    public static Lane1 Permute(Lane1 x, Lane1 from) => x;

    /// <inheritdoc/>
    public static float Sum(Lane1 x) => x._value;

    /// <inheritdoc/>
    public static Vector128<float> Sums(Lane1 a, Lane1 b, Lane1 c, Lane1 d) => Vector128.Create(a._value, b._value, c._value, d._value);
}
