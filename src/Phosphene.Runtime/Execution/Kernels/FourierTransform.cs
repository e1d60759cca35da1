using System.Runtime.CompilerServices;

namespace Phosphene.Runtime.Execution.Kernels;

/// <summary>
/// A row of complex vectors in memory: element k has its real parts at Re + k·Stride and its imaginary parts at Im + k·Stride, Width floats
/// each. With Re and Im exchanged it is i times the conjugate, which turns a transform into the one of opposite sign.
/// </summary>
internal readonly unsafe struct ComplexRow(float* re, float* im, nint stride)
{
    public readonly float* Re = re, Im = im;
    public readonly nint Stride = stride;
}

/// <summary>
/// The plan of a discrete Fourier transform of one length, not normalised, of Width independent rows at once, one in each lane:
/// <code>
/// X[j] = Σ x[k]·e^(+2πi·jk / n),   j and k in 0..n-1
/// </code>
/// One pass per prime factor of n (two twos make a four). A pass of radix p, with r the product of the radices after it and b of those before:
/// <code>
/// y[(j·b + k)·r + i] = e^(2πi·j·i / (p·r)) · Σ_q x[(k·p + q)·r + i]·e^(2πi·jq / p),   i in 0..r-1, k in 0..b-1, j and q in 0..p-1
/// </code>
/// so that the last pass leaves X in order (Stockham). Factors above 7 take p² steps: fine for the primes of image sizes (227 x 227 takes six
/// times as long as 224 x 224). Angles in double precision.
/// </summary>
internal sealed unsafe partial class FourierTransform
{
    private readonly record struct Pass(int Radix, int Before, int Rest, int Twiddles, int Roots);

    private readonly Pass[] _passes;
    private readonly float[] _numbers;                          // pinned
    private readonly float* _at;

    public FourierTransform(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        Length = length;
        var passes = new List<Pass>();
        var numbers = new List<float>();
        int before = 1;
        foreach (int radix in Factors(length))
        {
            int rest = length / before / radix, twiddles = numbers.Count;
            for (int i = 0; i < rest; i++)
                for (int j = 1; j < radix; j++) Add((long)j * i, (long)radix * rest);
            int roots = numbers.Count;
            if (radix > 7)
                for (int j = 0; j < radix; j++) Add(j, radix);
            passes.Add(new Pass(radix, before, rest, twiddles, roots));
            before *= radix;
        }
        _passes = [.. passes];
        _numbers = GC.AllocateArray<float>(numbers.Count, pinned: true);
        numbers.CopyTo(_numbers);
        _at = (float*)Unsafe.AsPointer(ref System.Runtime.InteropServices.MemoryMarshal.GetArrayDataReference(_numbers));

        void Add(long part, long whole)
        {
            (double sin, double cos) = Math.SinCos(2 * Math.PI * (part % whole) / whole);
            numbers.Add((float)cos);
            numbers.Add((float)sin);
        }
    }

    /// <summary>The number of elements.</summary>
    public int Length { get; }

    /// <summary>The working memory of one <see cref="Run"/>, in floats, for vectors of so many lanes: three rows.</summary>
    public static long WorkFloats(int length, int lanes) => 6L * length * lanes;

    private static IEnumerable<int> Factors(int length)
    {
        foreach (int radix in new[] { 7, 5, 3, 4, 2 })
            for (; length % radix == 0; length /= radix) yield return radix;
        for (int radix = 11; length > 1; radix = radix * radix > length ? length : radix + 2)
            for (; length % radix == 0; length /= radix) yield return radix;
    }

    /// <summary>Transforms source into target, which may be the same row; work: <see cref="WorkFloats"/>.</summary>
    public void Run<T>(ComplexRow source, ComplexRow target, float* work) where T : unmanaged, ILane<T>
    {
        if (_passes.Length == 0)
        {
            ComplexLane<T>.Load(source.Re, (nint)(source.Im - source.Re)).Store(target.Re, (nint)(target.Im - target.Re));
            return;
        }
        float* sums = work + 4 * Length * T.Width;
        for (int p = 0; p < _passes.Length; p++)
        {
            float* next = work + (p & 1) * 2 * Length * T.Width;
            ComplexRow to = p == _passes.Length - 1 ? target : new ComplexRow(next, next + T.Width, 2 * T.Width);
            switch (_passes[p].Radix)
            {
                case 2: Two<T>(_passes[p], source, to); break;
                case 3: Three<T>(_passes[p], source, to); break;
                case 4: Four<T>(_passes[p], source, to); break;
                case 5: Five<T>(_passes[p], source, to); break;
                case 7: Seven<T>(_passes[p], source, to); break;
                default: Odd<T>(_passes[p], source, to, sums); break;
            }
            source = to;
        }
    }
}
