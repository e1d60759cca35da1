using System.Globalization;
using Phosphene.Syntax;

namespace Phosphene.Atlas.Sweeps;

/// <summary>One of several shares of a sweep, which processes work on apart from each other: every so many-th batch.</summary>
/// <param name="Index">Which one, from 0.</param>
/// <param name="Count">How many there are.</param>
public readonly record struct Shard(int Index, int Count)
{
    /// <summary>The only one.</summary>
    public static Shard Whole { get; } = new(0, 1);

    /// <summary>Reads "2/8": the third of eight.</summary>
    /// <exception cref="UsageException">It is no such text.</exception>
    public static Shard Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split('/');
        return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index) && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count) && index < count
            ? new Shard(index, count)
            : throw new UsageException($"'{text}' is no shard: i/n is expected, with i from 0 to n - 1, such as 0/4 for the first of four.");
    }

    /// <summary>Whether something, by its number, is in the shard.</summary>
    public bool Has(int number) => Count > 0 && number % Count == Index;
}
