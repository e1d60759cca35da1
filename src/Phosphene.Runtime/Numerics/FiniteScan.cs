using System.Numerics;
using System.Runtime.InteropServices;

namespace Phosphene.Runtime.Numerics;

/// <summary>Looks for NaN and infinity, whose exponent bits are all ones.</summary>
internal static class FiniteScan
{
    private const uint Exponent = 0x7F80_0000;

    /// <summary>The index of the first value that is NaN or +∞; -1 if there is none.</summary>
    public static int FirstWrongInMask(ReadOnlySpan<float> values)
    {
        for (int at = 0, next; (next = FirstNonFinite(values[at..])) >= 0; at += next + 1)
            if (!float.IsNegativeInfinity(values[at + next])) return at + next;
        return -1;
    }

    /// <summary>The index of the first value that is NaN or infinite; -1 if all are finite.</summary>
    public static int FirstNonFinite(ReadOnlySpan<float> values)
    {
        ReadOnlySpan<uint> bits = MemoryMarshal.Cast<float, uint>(values);
        var exponent = new Vector<uint>(Exponent);
        int i = 0;
        for (; i <= bits.Length - Vector<uint>.Count; i += Vector<uint>.Count)
            if (Vector.EqualsAny(new Vector<uint>(bits[i..]) & exponent, exponent)) break;
        for (; i < bits.Length; i++)
            if ((bits[i] & Exponent) == Exponent) return i;
        return -1;
    }
}
