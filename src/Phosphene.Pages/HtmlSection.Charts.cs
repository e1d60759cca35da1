namespace Phosphene.Pages;

public sealed partial class HtmlSection
{
    /// <summary>
    /// Adds a chart of lines. NaN and infinite numbers are gaps; a number that stands between two gaps is a dot. On a logarithmic axis zero
    /// and negative numbers are gaps too, and a line below the chart says how many.
    /// </summary>
    /// <param name="caption">What the chart shows.</param>
    /// <param name="x">What the values are counted in, for example "step".</param>
    /// <param name="y">What the values are, with their unit.</param>
    /// <param name="series">The lines; they may differ in length.</param>
    /// <param name="logarithmic">Whether the vertical axis is logarithmic.</param>
    /// <param name="from">The place of the first value of each series on the horizontal axis.</param>
    /// <param name="every">The distance from one value to the next, above 0.</param>
    public HtmlSection Lines(
        string caption, string x, string y, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series,
        bool logarithmic = false, double from = 0, double every = 1)
    {
        if (!double.IsFinite(from)) throw new ArgumentOutOfRangeException(nameof(from), from, "The first value needs a finite place.");
        if (!(every > 0 && double.IsFinite(every)))
            throw new ArgumentOutOfRangeException(nameof(every), every, "The distance between values is a finite number above 0.");
        LineChart chart = new(caption, x, y, series, logarithmic, from, every);
        return Add(Block("lines", caption, chart.IsEmpty, chart.ToHtml));
    }

    /// <summary>
    /// Adds a chart of bars, one below the other, each with its name and value. Bars begin at zero; on a logarithmic axis at the power of
    /// ten below the smallest value, and what is not above zero has no bar.
    /// </summary>
    /// <param name="caption">What the chart shows.</param>
    /// <param name="y">What the values are, with their unit.</param>
    /// <param name="bars">The bars from top to bottom.</param>
    /// <param name="logarithmic">Whether the axis is logarithmic.</param>
    public HtmlSection Bars(
        string caption, string y, IReadOnlyList<(string Name, double Value)> bars, bool logarithmic = false) =>
        Add(Block("bars", caption, bars.Count == 0, () => BarChart.Of(y, bars, logarithmic)));
}
