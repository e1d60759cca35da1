using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// An affine map of pixels, read from a matrix [2, 3] at run time: output pixel (i, j) reads
/// <code>
/// row = m00·i + m01·j + m02,   column = m10·i + m11·j + m12
/// </code>
/// Computed in double precision, in which the products of single numbers are exact, so that a map that should meet whole pixels does.
/// </summary>
internal readonly unsafe struct AffineMap(float* m)
{
    // Beyond this no image reaches, and sums of whole numbers are still exact.
    private const double Far = 1 << 30;

    private readonly double _m00 = m[0], _m01 = m[1], _m02 = m[2], _m10 = m[3], _m11 = m[4], _m12 = m[5];

    /// <summary>Whether the map is a shift by whole pixels, and which.</summary>
    public bool IsShift(out int down, out int right)
    {
        bool shift = _m00 == 1 && _m01 == 0 && _m10 == 0 && _m11 == 1 && IsWhole(_m02) && IsWhole(_m12);
        (down, right) = shift ? ((int)_m02, (int)_m12) : (0, 0);
        return shift;
    }

    private static bool IsWhole(double x) => Math.Abs(x) <= Far && x == Math.Floor(x);

    /// <summary>The rows that output row i reads, as a function of j.</summary>
    public Ramp Rows(int i) => new(_m00 * i + _m02, _m01);

    /// <summary>The columns that output row i reads, as a function of j.</summary>
    public Ramp Columns(int i) => new(_m10 * i + _m12, _m11);
}

/// <summary>
/// start + step·j. Rounded arithmetic keeps it monotone in j, so that the j with values in an interval are a run, found exactly.
/// </summary>
internal readonly struct Ramp(double start, double step)
{
    private readonly double _start = start, _step = step;

    public double this[int j]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _start + _step * j;
    }

    /// <summary>The values at j, j + 1, j + 2 and j + 3, to the last bit those of the indexer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<double> Four(int j) => Vector256.Create(_start) + Vector256.Create(_step) * (Vector256.Create((double)j) + Vector256.Create(0d, 1, 2, 3));

    /// <summary>Narrows [from, to) to the j with low ≤ value &lt; high; nothing is left if the numbers are not finite.</summary>
    public void Narrow(double low, double high, ref int from, ref int to)
    {
        if (from >= to) return;
        (double least, double most) = _step >= 0 ? (this[from], this[to - 1]) : (this[to - 1], this[from]);
        if (least >= low && most < high) return;
        if (!(most >= low && least < high))
        {
            to = from;
            return;
        }
        (int below, int above) = (CountBelow(low, from, to), CountBelow(high, from, to));
        (from, to) = _step >= 0 ? (from + below, from + above) : (to - above, to - below);
    }

    // How many of the j in [from, to) have values below the limit: for a rising ramp the first ones, for a falling one the last. Where the ramp meets
    // the limit is a division, and a step or two where that was rounded.
    private int CountBelow(double limit, int from, int to)
    {
        bool rising = _step >= 0;
        int j = (int)Math.Clamp(Math.Ceiling((limit - _start) / _step), from, to);
        while (j > from && this[j - 1] < limit != rising) j--;
        while (j < to && this[j] < limit == rising) j++;
        return rising ? j - from : to - j;
    }
}

/// <summary>
/// Where four neighbouring pixels of a row of the output read. With r and c the whole parts and f and g the fractions of a place, it reads
/// <code>
/// x[r, c]·(1-f)·(1-g) + x[r, c+1]·(1-f)·g + x[r+1, c]·f·(1-g) + x[r+1, c+1]·f·g
/// </code>
/// </summary>
internal static class Bilinear
{
    // Added to a whole number of magnitude below 2^51, this leaves the number in the low bits of the sum.
    private const double Whole = 3L << 51;

    /// <summary>The offsets r·pitch + c of the pixels at j to j + 3, and the weights of the four that each of them reads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<long> At(Ramp rows, Ramp columns, int j, double pitch,
        out Vector128<float> w00, out Vector128<float> w01, out Vector128<float> w10, out Vector128<float> w11)
    {
        Vector256<double> row = rows.Four(j), column = columns.Four(j), r = Vector256.Floor(row), c = Vector256.Floor(column);
        Weights(ToSingle(row - r), ToSingle(column - c), out w00, out w01, out w10, out w11);
        return (r * Vector256.Create(pitch) + c + Vector256.Create(Whole)).AsInt64() - Vector256.Create(Whole).AsInt64();
    }

    /// <summary>The weights of the four pixels around a place with fractions f and g.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Weights(Vector128<float> f, Vector128<float> g, out Vector128<float> w00, out Vector128<float> w01, out Vector128<float> w10, out Vector128<float> w11)
    {
        w11 = f * g;
        w10 = f - w11;
        w01 = g - w11;
        w00 = Vector128<float>.One - f - w01;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ToSingle(Vector256<double> x) =>
        Avx.IsSupported ? Avx.ConvertToVector128Single(x) : Vector128.Narrow(x.GetLower(), x.GetUpper());
}
