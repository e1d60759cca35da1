using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Phosphene.Runtime.Numerics;

/// <summary>
/// The random numbers of one name at one step: each draw is a pure function of (seed, step, name, index), whatever was drawn before and on
/// whichever thread. Uniform and normal draws share their random words, so a name is for one kind of draw.
/// </summary>
/// <remarks>
/// The words are <see cref="Philox"/> blocks: the seed is the key; the counter is the block's number (32 bits), the step (32 bits) and the
/// FNV-1a hash of the name in UTF-8 (64 bits).
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers is what the field calls it; it is no System.IO.Stream.")]
public readonly record struct RandomStream
{
    private readonly (uint, uint) _key;
    private readonly uint _step;
    private readonly ulong _name;

    /// <summary>The draws of a name at a step.</summary>
    /// <param name="seed">The seed of the whole run.</param>
    /// <param name="step">The step, 0 to 2^32 - 1.</param>
    /// <param name="name">What is drawn, for example "jitter.y"; other names give independent numbers.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative or too large.</exception>
    public RandomStream(ulong seed, long step, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, uint.MaxValue);
        _key = ((uint)seed, (uint)(seed >> 32));
        _step = (uint)step;
        _name = Hash(name);
    }

    /// <summary>A number in [0, 1): one of 2^24 evenly spaced values.</summary>
    /// <param name="index">Which draw, 0 to 2^34 - 1.</param>
    public float Uniform(long index) => (Word(index) >> 8) * (1f / (1 << 24));

    /// <summary>A whole number between two bounds, each equally likely but for at most 2^-32 of its share.</summary>
    /// <param name="index">Which draw, 0 to 2^32 - 1.</param>
    /// <param name="lowInclusive">The least number.</param>
    /// <param name="highInclusive">The greatest number, at least <paramref name="lowInclusive"/>.</param>
    /// <exception cref="ArgumentException">The bounds are in the wrong order.</exception>
    [SuppressMessage("Naming", "CA1720", Justification = "The mathematical word, as in 'uniform' and 'normal'.")]
    public int Integer(long index, int lowInclusive, int highInclusive)
    {
        if (lowInclusive > highInclusive)
            throw new ArgumentException($"A random whole number needs bounds in order; got {lowInclusive}..{highInclusive}.");
        (uint x0, uint x1, _, _) = Block(index);
        ulong count = (ulong)((long)highInclusive - lowInclusive) + 1;
        ulong offset = Math.BigMul((ulong)x1 << 32 | x0, count, out _);      // floor(word · count / 2^64)
        return (int)(lowInclusive + (long)offset);
    }

    /// <summary>A number of the standard normal distribution (mean 0, standard deviation 1), at most 6.8 from 0, by Box and Muller's method.</summary>
    /// <param name="index">Which draw, 0 to 2^34 - 1.</param>
    public float Normal(long index)
    {
        long even = index & ~1L;
        (double cosine, double sine) = Pair(Word(even), Word(even + 1));
        return (float)(even == index ? cosine : sine);
    }

    /// <summary>The first normal draws, as <see cref="FillNormal"/> has them.</summary>
    public float[] Normals(int count, float standardDeviation)
    {
        var values = new float[count];
        FillNormal(values, standardDeviation);
        return values;
    }

    /// <summary>Fills a span with normal draws of mean 0: element i is <see cref="Normal"/>(i) · <paramref name="standardDeviation"/>.</summary>
    public void FillNormal(Span<float> destination, float standardDeviation)
    {
        Span<float> four = stackalloc float[4];
        for (int i = 0; i < destination.Length; i += 4)
        {
            (uint x0, uint x1, uint x2, uint x3) = Block(i >> 2);
            (double a, double b) = Pair(x0, x1);
            (double c, double d) = Pair(x2, x3);
            (four[0], four[1], four[2], four[3]) = ((float)a, (float)b, (float)c, (float)d);
            for (int k = 0; k < Math.Min(4, destination.Length - i); k++) destination[i + k] = four[k] * standardDeviation;
        }
    }

    /// <summary>Two independent normal numbers from two random words: sqrt(-2 ln u) · (cos 2πv, sin 2πv), with u in (0, 1) and v in [0, 1).</summary>
    private static (double Cosine, double Sine) Pair(uint u, uint v)
    {
        const double Scale = 1.0 / (1L << 32);
        double radius = Math.Sqrt(-2.0 * Math.Log((u + 0.5) * Scale)), angle = 2.0 * Math.PI * (v * Scale);
        return (radius * Math.Cos(angle), radius * Math.Sin(angle));
    }

    private uint Word(long index)
    {
        (uint x0, uint x1, uint x2, uint x3) = Block(index >> 2);
        return (index & 3) switch { 0 => x0, 1 => x1, 2 => x2, _ => x3 };
    }

    private (uint, uint, uint, uint) Block(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, uint.MaxValue);
        return Philox.Block(((uint)number, _step, (uint)_name, (uint)(_name >> 32)), _key);
    }

    /// <summary>Items in an order drawn by chance, by <see cref="Uniform"/> of their places: the first few are drawn without replacement.</summary>
    /// <param name="items">The items.</param>
    public IEnumerable<T> Shuffled<T>(IReadOnlyList<T> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        RandomStream stream = this;
        return Enumerable.Range(0, items.Count).OrderBy(i => stream.Uniform(i)).Select(i => items[i]);
    }

    /// <summary>FNV-1a, 64 bits: the same on every machine and in every run.</summary>
    private static ulong Hash(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name)) hash = unchecked((hash ^ b) * 0x100000001B3);
        return hash;
    }
}
