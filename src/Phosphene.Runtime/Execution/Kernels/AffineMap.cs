using System.Runtime.CompilerServices;

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
/// start + step·j. Rounded arithmetic keeps it monotone in j, so that the j with values in an interval are found by bisection, exactly.
/// </summary>
internal readonly struct Ramp(double start, double step)
{
    private readonly double _start = start, _step = step;

    public double this[int j]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _start + _step * j;
    }

    /// <summary>Narrows [from, to) to the j with low ≤ value &lt; high; nothing is left if the numbers are not finite.</summary>
    public void Narrow(double low, double high, ref int from, ref int to)
    {
        if (!double.IsFinite(_start) || !double.IsFinite(_step)) to = from;
        if (from >= to) return;
        double first = this[from], last = this[to - 1];
        if (Math.Min(first, last) >= low && Math.Max(first, last) < high) return;
        if (Math.Max(first, last) < low || Math.Min(first, last) >= high)
        {
            to = from;
            return;
        }
        (int below, int above) = (CountBelow(low, from, to), CountBelow(high, from, to));
        (from, to) = _step >= 0 ? (from + below, from + above) : (to - above, to - below);
    }

    // How many of the j in [from, to) have values below the limit: for a rising ramp the first ones, for a falling one the last.
    private int CountBelow(double limit, int from, int to)
    {
        int low = from, high = to;
        bool rising = _step >= 0;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (this[middle] < limit == rising) low = middle + 1;
            else high = middle;
        }
        return rising ? low - from : to - low;
    }
}
