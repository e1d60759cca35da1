namespace Phosphene.Runtime.Numerics;

/// <summary>
/// Philox4x32-10, a counter-based random number generator: a fixed scrambling of a 128-bit counter under a 64-bit key, without any state, so
/// that any draw can be made alone, in any order and on any thread. Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
/// 1, 2, 3", SC 2011; the constants are Random123's.
/// </summary>
public static class Philox
{
    private const int Rounds = 10;
    private const uint Multiplier0 = 0xD2511F53, Multiplier1 = 0xCD9E8D57;
    private const uint KeyStep0 = 0x9E3779B9, KeyStep1 = 0xBB67AE85;      // golden ratio and sqrt(3) - 1, as fractions of 2^32

    /// <summary>The four random words of one counter and key; word 0 is the lowest.</summary>
    public static (uint X0, uint X1, uint X2, uint X3) Block((uint X0, uint X1, uint X2, uint X3) counter, (uint X0, uint X1) key)
    {
        (uint c0, uint c1, uint c2, uint c3) = counter;
        (uint k0, uint k1) = key;
        for (int round = 0; round < Rounds; round++)
        {
            ulong product0 = (ulong)Multiplier0 * c0, product1 = (ulong)Multiplier1 * c2;
            (c0, c1, c2, c3) = ((uint)(product1 >> 32) ^ c1 ^ k0, (uint)product1, (uint)(product0 >> 32) ^ c3 ^ k1, (uint)product0);
            k0 = unchecked(k0 + KeyStep0);
            k1 = unchecked(k1 + KeyStep1);
        }
        return (c0, c1, c2, c3);
    }
}
