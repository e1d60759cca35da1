using System.Numerics;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Shapes.Datasets;

/// <summary>
/// A random order of the numbers 0 to count - 1 that is computed place by place and needs no memory: a Feistel network on the smallest 2^(2h)
/// numbers that hold them, walked until it comes back into the range. Sources: Luby and Rackoff 1988; Black and Rogaway, "Ciphers with
/// arbitrary finite domains", 2002.
/// </summary>
internal readonly struct Permutation
{
    private const int Rounds = 6;

    private readonly RandomStream _random;
    private readonly uint _count;
    private readonly int _halfBits;

    public Permutation(RandomStream random, int count)
    {
        (_random, _count) = (random, (uint)count);
        _halfBits = Math.Max(1, (BitOperations.Log2((uint)Math.Max(1, count - 1)) + 2) / 2);
    }

    /// <summary>The number at a place; both are 0 to count - 1.</summary>
    public int this[int place]
    {
        get
        {
            uint number = (uint)place;
            do number = Scramble(number);
            while (number >= _count);
            return (int)number;
        }
    }

    private uint Scramble(uint number)
    {
        int mask = (1 << _halfBits) - 1;
        uint left = number >> _halfBits, right = number & (uint)mask;
        for (int round = 0; round < Rounds; round++)
            (left, right) = (right, left ^ (uint)_random.Integer((long)round << 16 | right, 0, mask));
        return left << _halfBits | right;
    }
}
