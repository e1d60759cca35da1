namespace Phosphene.Pages;

/// <summary>The chart of <see cref="HtmlSection.Bars"/>: a table whose middle column draws the numbers of the last.</summary>
internal static class BarChart
{
    public static Html Of(string y, IReadOnlyList<(string Name, double Value)> bars, bool logarithmic)
    {
        double[] values = [.. bars.Select(bar => bar.Value).Where(value => double.IsFinite(value) && (!logarithmic || value > 0))];
        (double low, double high) = values.Length == 0 ? (0, 1) : (values.Min(), values.Max());
        return values.Length > 0 && logarithmic ? Logarithmic(y, bars, low, high) : Linear(y, bars, Math.Min(0, low), Math.Max(0, high));
    }

    private static Html Linear(string y, IReadOnlyList<(string Name, double Value)> bars, double low, double high)
    {
        Axis axis = Axis.Exact(low, low == high ? low + 1 : high, leastStep: 0);
        double zero = axis.Place(0);
        return Table(y, Html.Of($" style=\"--zero:{100 * zero}%\""), bars, value =>
        {
            if (!double.IsFinite(value)) return default;
            double place = axis.Place(value);
            return Bar(Math.Min(zero, place), Math.Abs(place - zero));
        });
    }

    private static Html Logarithmic(string y, IReadOnlyList<(string Name, double Value)> bars, double low, double high)
    {
        int first = (int)Math.Ceiling(Math.Log10(low)) - 1, decades = Math.Max(1, (int)Math.Ceiling(Math.Log10(high)) - first);
        Html remark = Html.Of(
            $"<p class=\"remark\">Logarithmic, from {NumberText.Of(Math.Pow(10, first))}; each line is ten times the one before.</p>");
        Html table = Table(y, Html.Of($" class=\"decades\" style=\"--decades:{decades}\""), bars, value =>
            double.IsFinite(value) && value > 0 ? Bar(0, (Math.Log10(value) - first) / decades) : default);
        return Html.Lines([table, remark]);
    }

    private static Html Table(string y, Html style, IReadOnlyList<(string Name, double Value)> bars, Func<double, Html> draw)
    {
        IEnumerable<Html> rows = bars.Select(bar =>
        {
            Html name = Html.Of($"<th scope=\"row\">{bar.Name}</th>");
            return Html.Of($"<tr>{name}<td{style}>{draw(bar.Value)}</td><td class=\"number\">{NumberText.Of(bar.Value)}</td></tr>");
        });
        return Html.Of(
            $"""
            <table>
            <thead><tr><td></td><th scope="col" colspan="2">{y}</th></tr></thead>
            <tbody>
            {Html.Lines(rows)}
            </tbody>
            </table>
            """);
    }

    private static Html Bar(double left, double width) =>
        Html.Of($"<span class=\"bar\" style=\"margin-left:{100 * left}%;width:{100 * width}%\"></span>");
}
