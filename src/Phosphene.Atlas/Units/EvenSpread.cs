namespace Phosphene.Atlas.Units;

/// <summary>Some of many, evenly spread.</summary>
internal static class EvenSpread
{
    /// <summary>So many of some, each from the middle of a run of equal length; all, if there are no more.</summary>
    public static T[] Of<T>(IReadOnlyList<T> all, int most)
    {
        int count = Math.Min(most, all.Count);
        return [.. Enumerable.Range(0, count).Select(i => all[(2 * i + 1) * all.Count / (2 * count)])];
    }
}
