namespace Phosphene.Pages;

/// <summary>
/// The chart of <see cref="HtmlSection.Lines"/> as SVG. Its height and its type are of a fixed size and its width is that of the window:
/// labels lie at percentages, and the curves in an inner drawing of 1000 x 1000 that is stretched.
/// </summary>
internal sealed class LineChart
{
    private const int Height = 240, LabelDistance = 16;        // CSS pixels
    private const int MostDots = 24, MostLabels = 10, LongestLabel = 28, Colours = 8;

    private readonly string _caption, _x, _y;
    private readonly IReadOnlyList<(string Name, IReadOnlyList<double> Values)> _series;
    private readonly bool _logarithmic;
    private readonly double _from, _every;
    private readonly double[] _values;

    public LineChart(
        string caption, string x, string y, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series, bool logarithmic,
        double from, double every)
    {
        (_caption, _x, _y, _series, _logarithmic, _from, _every) = (caption, x, y, series, logarithmic, from, every);
        _values = [.. series.SelectMany(line => line.Values).Where(HasPlace)];
    }

    /// <summary>Whether there is no value to draw.</summary>
    public bool IsEmpty => _values.Length == 0;

    /// <summary>The chart with its legend. It must not be empty.</summary>
    public Html ToHtml()
    {
        double low = _values.Min(), high = _values.Max();
        Axis vertical = _logarithmic ? Axis.Logarithmic(low, high) : Axis.Round(low, high);
        Axis horizontal = Axis.Exact(_from, _from + _every * (_series.Max(line => line.Values.Count) - 1));
        bool direct = _series.Count is > 1 and <= MostLabels && _series.All(line => line.Name.Length <= LongestLabel);
        int left = vertical.Ticks.Max(tick => tick.Label.Length), right = direct ? _series.Max(line => line.Name.Length) : 0;
        return Html.Of(
            $"""
            <div class="chart{(direct ? " direct" : "")}">
            {Legend()}
            <p class="y">{_y}</p>
            <div class="plot" style="--ticks:{left};--names:{right}">
            <svg role="img" width="100%" height="{Height}"><title>{Prose.Plain(_caption)}</title>
            <desc>{string.Join(" ", _series.Select(Describe))}</desc>
            {Grid(vertical, horizontal)}
            <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">
            {Html.Lines(_series.Select((line, i) => Curve(line.Values, i, vertical, horizontal)))}
            </svg>
            {Html.Lines(_series.Select((line, i) => Dots(line.Name, line.Values, i, vertical, horizontal)))}
            {(direct ? Names(vertical) : default)}
            </svg>
            </div>
            <p class="x">{_x}</p>
            {LeftOut()}
            </div>
            """);
    }

    private bool HasPlace(double value) => double.IsFinite(value) && (!_logarithmic || value > 0);

    private double X(Axis horizontal, int index) => 100 * horizontal.Place(_from + _every * index);

    private static double Y(Axis vertical, double value) => 100 * (1 - vertical.Place(value));

    private static Html Grid(Axis vertical, Axis horizontal)
    {
        IEnumerable<Html> rows = vertical.Ticks.Select(tick =>
        {
            double y = Y(vertical, tick.Value);
            return Html.Of($"<line x2=\"100%\" y1=\"{y}%\" y2=\"{y}%\" /><text class=\"y\" y=\"{y}%\" dx=\"-8\" dy=\".33em\">{tick.Label}</text>");
        });
        IEnumerable<Html> columns = horizontal.Ticks.Select(tick =>
            Html.Of($"<text class=\"x\" x=\"{100 * horizontal.Place(tick.Value)}%\" y=\"100%\" dy=\"1.6em\">{tick.Label}</text>"));
        return Html.Lines([.. rows, .. columns]);
    }

    private Html Curve(IReadOnlyList<double> values, int series, Axis vertical, Axis horizontal)
    {
        List<Html> path = [];
        for (int i = 0; i < values.Count; i++)
        {
            if (!HasPlace(values[i])) continue;
            bool starts = i == 0 || !HasPlace(values[i - 1]);
            path.Add(Html.Of($"{(starts ? "M" : "L")}{10 * X(horizontal, i)} {10 * Y(vertical, values[i])}"));
        }
        return Html.Of($"<path class=\"{Style(series)}\" d=\"{Html.Join(path)}\" />");
    }

    /// <summary>A dot for each value if they are few, else for those alone between gaps; each tells its value to the pointer.</summary>
    private Html Dots(string name, IReadOnlyList<double> values, int series, Axis vertical, Axis horizontal)
    {
        List<Html> dots = [];
        for (int i = 0; i < values.Count; i++)
        {
            if (!HasPlace(values[i])) continue;
            bool alone = (i == 0 || !HasPlace(values[i - 1])) && (i == values.Count - 1 || !HasPlace(values[i + 1]));
            if (values.Count > MostDots && !alone) continue;
            string text = $"{name}, {_x} {NumberText.Of(_from + _every * i)}: {NumberText.Of(values[i])}";
            dots.Add(Html.Of(
                $"<circle class=\"{Style(series)}\" cx=\"{X(horizontal, i)}%\" cy=\"{Y(vertical, values[i])}%\" r=\"3\"><title>{text}</title></circle>"));
        }
        return Html.Lines(dots);
    }

    /// <summary>The names right of the last values, moved apart where they would overlap.</summary>
    private Html Names(Axis vertical)
    {
        List<(int Series, double Y)> names = [];
        for (int i = 0; i < _series.Count; i++)
            if (_series[i].Values.Any(HasPlace)) names.Add((i, Height / 100.0 * Y(vertical, _series[i].Values.Last(HasPlace))));
        names = [.. names.OrderBy(name => name.Y)];
        for (int i = 1; i < names.Count; i++)
            names[i] = names[i] with { Y = Math.Max(names[i].Y, names[i - 1].Y + LabelDistance) };
        double limit = Height;
        for (int i = names.Count - 1; i >= 0; i--, limit -= LabelDistance)
            names[i] = names[i] with { Y = Math.Min(names[i].Y, limit) };
        return Html.Lines(names.Select(name =>
            Html.Of($"<text class=\"name {Style(name.Series)}\" x=\"100%\" dx=\"12\" y=\"{name.Y}\" dy=\".33em\">{_series[name.Series].Name}</text>")));
    }

    private Html Legend()
    {
        if (_series.Count < 2) return default;
        return Html.Of($"<ul class=\"legend\">\n{Html.Lines(_series.Select((line, i) => Html.Of(
            $"<li><svg width=\"20\" height=\"8\" aria-hidden=\"true\"><path class=\"{Style(i)}\" d=\"M0 4H20\" /></svg>{line.Name}</li>")))}\n</ul>");
    }

    private Html LeftOut()
    {
        int count = _logarithmic ? _series.Sum(line => line.Values.Count(value => value <= 0)) : 0;
        return count == 0
            ? default
            : Html.Of($"<p class=\"remark\">Left out, because a logarithmic axis has no place for zero or less: {count}.</p>");
    }

    private string Describe((string Name, IReadOnlyList<double> Values) line)
    {
        double[] values = [.. line.Values.Where(HasPlace)];
        return values.Length == 0
            ? $"{line.Name}: no values."
            : $"{line.Name}: {NumberText.Of(values.Length)} values from {NumberText.Of(values[0])} to {NumberText.Of(values[^1])}, "
                + $"least {NumberText.Of(values.Min())}, greatest {NumberText.Of(values.Max())}.";
    }

    /// <summary>A colour for each of the first eight, then the same colours dashed.</summary>
    private static string Style(int series) =>
        FormattableString.Invariant($"s{series % Colours}") + (series / Colours % 2 == 1 ? " dashed" : "");
}
