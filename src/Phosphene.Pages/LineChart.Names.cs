namespace Phosphene.Pages;

internal sealed partial class LineChart
{
    private const int MostNames = 10, LongestName = 28;        // beyond these a legend above the chart is easier to read
    private const int Distance = 16;                           // CSS pixels from one name to the next
    private const double NearEnd = 92;                         // percent of the width; names of lines that end there stand in one column

    /// <summary>The names beside the ends of the lines, moved apart where they would overlap.</summary>
    private Html Names()
    {
        List<(int Series, double X, double Y)> ends = [];
        for (int i = 0; i < _series.Count; i++)
        {
            IReadOnlyList<double> values = _series[i].Values;
            int last = values.Count - 1;
            while (last >= 0 && !HasPlace(values[last])) last--;
            if (last < 0) continue;
            double x = X(last);
            ends.Add((i, x > NearEnd ? 100 : x, Height / 100.0 * Y(values[last])));
        }
        return Html.Lines(ends.GroupBy(end => Math.Round(end.X)).SelectMany(Apart).Select(Name));
    }

    private static (int Series, double X, double Y)[] Apart(IEnumerable<(int Series, double X, double Y)> column)
    {
        (int Series, double X, double Y)[] names = [.. column.OrderBy(name => name.Y)];
        for (int i = 1; i < names.Length; i++) names[i].Y = Math.Max(names[i].Y, names[i - 1].Y + Distance);
        double limit = Height;
        for (int i = names.Length - 1; i >= 0; i--, limit -= Distance) names[i].Y = Math.Min(names[i].Y, limit);
        return names;
    }

    private Html Name((int Series, double X, double Y) end)
    {
        Html place = Html.Of($"x=\"{end.X}%\" dx=\"12\" y=\"{end.Y}\" dy=\".33em\"");
        return Html.Of($"<text class=\"name {Style(end.Series)}\" {place}>{_series[end.Series].Name}</text>");
    }

    /// <summary>The names above the chart, for windows too narrow for names beside it. A single line needs none.</summary>
    private Html Legend()
    {
        if (_series.Count < 2) return default;
        IEnumerable<Html> names = _series.Select((line, i) =>
        {
            Html sample = Html.Of($"<svg width=\"20\" height=\"8\" aria-hidden=\"true\"><path class=\"{Style(i)}\" d=\"M0 4H20\" /></svg>");
            return Html.Of($"<li>{sample}{line.Name}</li>");
        });
        return Html.Of($"<ul class=\"legend\">\n{Html.Lines(names)}\n</ul>");
    }
}
