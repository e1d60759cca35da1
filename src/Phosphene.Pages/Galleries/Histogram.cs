namespace Phosphene.Pages.Galleries;

/// <summary>How numbers are spread, with a mark.</summary>
internal static class Histogram
{
    // In the units of the drawing, which are CSS pixels.
    private const int Bins = 36, Bar = 12, Height = 84, Bottom = 18;

    // Fewer numbers than that are lines of their own.
    private const int Fewest = 60;

    /// <summary>
    /// Bars of equal width from the least to the greatest of the numbers and the mark; each as high as the root of how many fall into it, so that a single one is still seen. A few numbers are a line each.
    /// </summary>
    public static Html Of(IReadOnlyList<double> values, double mark)
    {
        double[] finite = [.. values.Where(double.IsFinite)];
        if (finite.Length == 0 || !double.IsFinite(mark)) return default;
        double low = Math.Min(finite.Min(), mark), high = Math.Max(finite.Max(), mark), step = high > low ? (high - low) / Bins : 1;
        int[] counts = new int[Bins];
        foreach (double value in finite) counts[Math.Clamp((int)((value - low) / step), 0, Bins - 1)]++;
        double most = Math.Sqrt(counts.Max());
        IEnumerable<Html> bars = finite.Length < Fewest ? finite.Select(value => Html.Of($"<rect x=\"{PlaceOf(value)}\" y=\"{Height / 2}\" width=\"2\" height=\"{Height / 2}\"/>")) : counts.Select((count, bin) => (count, bin)).Where(entry => entry.count > 0).Select(entry =>
        {
            int height = Math.Max(1, (int)Math.Round(Height * Math.Sqrt(entry.count) / most));
            return Html.Of($"<rect x=\"{entry.bin * Bar}\" y=\"{Height - height}\" width=\"{Bar - 1}\" height=\"{height}\"/>");
        });
        int place = PlaceOf(mark);
        return Html.Of(
            $"""
            <svg viewBox="0 -8 {Bins * Bar} {Height + Bottom + 8}" role="img" aria-label="From {NumberText.Short(low)} to {NumberText.Short(high)}; the picture's own value is {NumberText.Short(mark)}.">
            {Html.Join(bars)}
            <path class="mark" d="M{place} -8V{Height}"/>
            <text x="0" y="{Height + 15}">{NumberText.Short(low)}</text><text class="end" x="{Bins * Bar}" y="{Height + 15}">{NumberText.Short(high)}</text>
            </svg>
            """);

        int PlaceOf(double value) => (int)Math.Clamp((value - low) / step * Bar, 1, Bins * Bar - 2);
    }
}
