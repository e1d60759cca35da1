using System.Numerics;
using System.Runtime.InteropServices;

namespace Phosphene.Evidence.Statistics;

/// <summary>The dot product of long vectors.</summary>
internal static class DotProduct
{
    // Summed in parts, so that single precision is enough.
    private const int Part = 1 << 10;

    /// <summary>Σ a[i]·b[i].</summary>
    /// <param name="a">[n].</param>
    /// <param name="b">[n].</param>
    public static double Of(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int start = 0; start < a.Length; start += Part)
        {
            ReadOnlySpan<float> left = a.Slice(start, Math.Min(Part, a.Length - start)), right = b.Slice(start, left.Length);
            ReadOnlySpan<Vector<float>> wide = MemoryMarshal.Cast<float, Vector<float>>(left), others = MemoryMarshal.Cast<float, Vector<float>>(right);
            Vector<float> products = Vector<float>.Zero;
            for (int i = 0; i < wide.Length; i++) products += wide[i] * others[i];
            sum += Vector.Sum(products);
            for (int i = wide.Length * Vector<float>.Count; i < left.Length; i++) sum += (double)left[i] * right[i];
        }
        return sum;
    }
}
