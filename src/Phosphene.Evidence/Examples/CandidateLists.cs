using System.Runtime.InteropServices;

namespace Phosphene.Evidence.Examples;

/// <summary>Of each unit of a layer the best few candidates of a kind, in order. However many are offered, memory stays what it is.</summary>
/// <param name="kind">What they are the best for.</param>
/// <param name="units">How many units.</param>
/// <param name="most">How many candidates are kept of each.</param>
internal sealed class CandidateLists(ExampleKind kind, int units, int most)
{
    private readonly Candidate[] _kept = new Candidate[units * most];
    private readonly int[] _counts = new int[units];
    private readonly bool _descends = kind is ExampleKind.Top or ExampleKind.SlightlyNegative, _isRanked = kind != ExampleKind.Random;

    /// <summary>What they are the best for.</summary>
    public ExampleKind Kind => kind;

    /// <summary>The candidates of a unit, the best first.</summary>
    public ReadOnlySpan<Candidate> Of(int unit) => _kept.AsSpan(unit * most, _counts[unit]);

    /// <summary>Whether a value would be kept, as far as the value says.</summary>
    public bool Takes(int unit, float value, float other)
    {
        int count = _counts[unit];
        return count < most || (_isRanked && most > 0 && IsBefore(value, other, _kept[unit * most + count - 1]));
    }

    /// <summary>Keeps a candidate that <see cref="Takes"/> takes. Offered later, it comes after those that are as good.</summary>
    public void Add(int unit, in Candidate candidate)
    {
        Span<Candidate> list = _kept.AsSpan(unit * most, most);
        int place = _counts[unit] < most ? _counts[unit]++ : most - 1;
        for (; _isRanked && place > 0 && IsBefore(candidate.Value, candidate.Other, list[place - 1]); place--) list[place] = list[place - 1];
        list[place] = candidate;
    }

    /// <summary>Writes the lists as they are in memory.</summary>
    public void Write(Stream stream)
    {
        stream.Write(MemoryMarshal.AsBytes(_counts.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes(_kept.AsSpan()));
    }

    /// <summary>Reads what <see cref="Write"/> wrote for as many units and candidates.</summary>
    public void Read(Stream stream)
    {
        stream.ReadExactly(MemoryMarshal.AsBytes(_counts.AsSpan()));
        stream.ReadExactly(MemoryMarshal.AsBytes(_kept.AsSpan()));
    }

    private bool IsBefore(float value, float other, in Candidate kept) =>
        value == kept.Value ? kind == ExampleKind.Bottom && other < kept.Other : _descends ? value > kept.Value : value < kept.Value;
}
