using System.Collections.Immutable;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Where a random number comes from: a range, all of it equally likely, or a list of values, each equally likely (one that stands twice is twice
/// as likely).
/// </summary>
public sealed partial record Draw
{
    private Draw(float low, float high, ImmutableArray<float> values) => (Least, Most, Values) = (low, high, values);

    /// <summary>The smallest number that can be drawn.</summary>
    public float Least { get; }

    /// <summary>The largest number that can be drawn.</summary>
    public float Most { get; }

    /// <summary>The list; empty for a range.</summary>
    public ImmutableArray<float> Values { get; }

    /// <summary>Any number from low to high.</summary>
    /// <exception cref="UsageException">A limit is not finite, or low is above high.</exception>
    public static Draw Between(float low, float high) =>
        float.IsFinite(low) && float.IsFinite(high) && low <= high
            ? new Draw(low, high, [])
            : throw new UsageException($"A range goes from a smaller to a larger finite number; got {Printed.Number(low)}..{Printed.Number(high)}.");

    /// <summary>One of the values.</summary>
    /// <exception cref="UsageException">There is none, or one is not finite.</exception>
    public static Draw OneOf(params ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) throw new UsageException("A list to draw from needs at least one value.");
        float least = values[0], most = values[0];
        foreach (float value in values)
        {
            if (!float.IsFinite(value)) throw new UsageException($"A value to draw must be finite; got {Printed.Number(value)}.");
            (least, most) = (MathF.Min(least, value), MathF.Max(most, value));
        }
        return new Draw(least, most, [.. values]);
    }

    /// <summary>The same draw with every value multiplied by a positive factor, but not below a least one.</summary>
    internal Draw Times(float factor, float least)
    {
        float Of(float value) => MathF.Max(least, factor * value);
        return new Draw(Of(Least), Of(Most), [.. Values.Select(Of)]);
    }

    internal Tensor From(RandomVariables random, string name) =>
        Values.IsEmpty ? random.Uniform(name, Least, Most) : random.Choice(name, Values);

    /// <inheritdoc/>
    public bool Equals(Draw? other) => other is not null && Least.Equals(other.Least) && Most.Equals(other.Most) && Values.SequenceEqual(other.Values);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Least, Most, Values.Length);

    /// <summary>"0.95..1.05" or "1, 0.975, 1.025"; a value that stands n times in a row is "0*n".</summary>
    public override string ToString()
    {
        if (Values.IsEmpty) return $"{Printed.Number(Least)}..{Printed.Number(Most)}";
        var parts = new List<string>();
        for (int i = 0; i < Values.Length;)
        {
            int end = i + 1;
            while (end < Values.Length && Values[end].Equals(Values[i])) end++;
            parts.Add(end - i == 1 ? Printed.Number(Values[i]) : $"{Printed.Number(Values[i])}*{end - i}");
            i = end;
        }
        return string.Join(", ", parts);
    }
}
