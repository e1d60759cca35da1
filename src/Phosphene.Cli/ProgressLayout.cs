namespace Phosphene.Cli;

/// <summary>What of a line of progress has room on a screen.</summary>
/// <param name="Bar">The columns of the bar; 0 if there is none.</param>
/// <param name="Texts">The texts beside it, from left to right.</param>
internal readonly record struct ProgressLayout(int Bar, IReadOnlyList<ProgressText> Texts)
{
    /// <summary>Columns between two parts.</summary>
    public const int Gap = 2;

    private const int LeastBar = 6, MostBar = 40;

    // The least that is worth its words: step of steps, value and time left.
    private const int Core = 3;

    /// <summary>
    /// The richest line of at most <paramref name="width"/> columns. What there is no room for goes in this order: the dearest three texts stay to the
    /// end, then labels, units, the bar, and at last all but the dearest, which is cut.
    /// </summary>
    public static ProgressLayout Fit(IReadOnlyList<ProgressText> texts, int width)
    {
        foreach ((IReadOnlyList<ProgressText> some, bool hasBar) in Forms(texts))
        {
            int bar = width - some.Sum(text => text.Width + Gap) + (hasBar ? 0 : Gap);
            if (bar >= (hasBar ? LeastBar : 0)) return new(hasBar ? Math.Min(bar, MostBar) : 0, some);
        }
        ProgressText dearest = texts.MinBy(text => text.Rank);
        return new(0, [new(0, "", dearest.Value[..Math.Clamp(width, 0, dearest.Value.Length)])]);
    }

    private static IEnumerable<(IReadOnlyList<ProgressText> Texts, bool HasBar)> Forms(IReadOnlyList<ProgressText> texts)
    {
        for (int count = texts.Count; count > Core; count--) yield return (Dearest(texts, count), true);
        IReadOnlyList<ProgressText> core = Dearest(texts, Core);
        yield return (core, true);
        yield return (Without(core, label: true), true);
        yield return (Without(core, label: true, unit: true), true);
        for (int count = Core; count > 0; count--)
        {
            yield return (Without(Dearest(texts, count), label: true), false);
            yield return (Without(Dearest(texts, count), label: true, unit: true), false);
        }
    }

    private static IReadOnlyList<ProgressText> Dearest(IReadOnlyList<ProgressText> texts, int count)
    {
        ProgressText[] dearest = [.. texts.OrderBy(text => text.Rank).Take(count)];
        return [.. texts.Where(dearest.Contains)];
    }

    private static IReadOnlyList<ProgressText> Without(IReadOnlyList<ProgressText> texts, bool label = false, bool unit = false) =>
        [.. texts.Select(text => text with { Label = label ? "" : text.Label, Unit = unit ? "" : text.Unit })];
}
