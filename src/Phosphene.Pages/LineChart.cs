namespace Phosphene.Pages;

/// <summary>
/// The chart of <see cref="HtmlSection.Lines"/> as SVG. Its height and its type are of a fixed size and its width is that of the window:
/// labels lie at percentages, and the curves in an inner drawing of 1000 x 1000 that is stretched.
/// </summary>
internal sealed partial class LineChart
{
    private const int Height = 240;        // CSS pixels
    private const int MostDots = 24, FewValues = 250, Colours = 8;

    private readonly string _caption, _x, _y;
    private readonly IReadOnlyList<(string Name, IReadOnlyList<double> Values)> _series;
    private readonly bool _logarithmic;
    private readonly double _from, _every;
    private readonly Axis _horizontal, _vertical;

    public LineChart(
        string caption, string x, string y, IReadOnlyList<(string Name, IReadOnlyList<double> Values)> series, bool logarithmic,
        double from, double every)
    {
        (_caption, _x, _y, _series, _logarithmic, _from, _every) = (caption, x, y, series, logarithmic, from, every);
        double[] values = [.. series.SelectMany(line => line.Values).Where(HasPlace)];
        IsEmpty = values.Length == 0;
        (double low, double high) = IsEmpty ? (1, 1) : (values.Min(), values.Max());
        _vertical = logarithmic ? Axis.Logarithmic(low, high) : Axis.Round(low, high);
        _horizontal = Axis.Exact(from, IsEmpty ? from : from + every * (series.Max(line => line.Values.Count) - 1), every);
    }

    /// <summary>Whether there is no value to draw.</summary>
    public bool IsEmpty { get; }

    /// <summary>The chart with its legend.</summary>
    public Html ToHtml()
    {
        bool direct = _series.Count is > 1 and <= MostNames && _series.All(line => line.Name.Length <= LongestName);
        int left = _vertical.Ticks.Max(tick => tick.Label.Length), right = direct ? _series.Max(line => line.Name.Length) : 0;
        return Html.Of(
            $"""
            <div class="chart{(direct ? " direct" : "")}" style="--ticks:{left};--names:{right}">
            {Legend()}
            <p class="y">{_y}</p>
            <div class="plot">
            <svg role="img" width="100%" height="{Height}"><title>{Prose.Plain(_caption)}</title>
            <desc>{string.Join(" ", _series.Select(Describe))}</desc>
            {Grid()}
            <svg viewBox="0 0 1000 1000" preserveAspectRatio="none" width="100%" height="100%">
            {Html.Lines(_series.Select((line, i) => Curve(line.Values, Style(i))))}
            </svg>
            {Html.Lines(_series.Select((line, i) => Dots(line.Name, line.Values, Style(i))))}
            {(direct ? Names() : default)}
            </svg>
            </div>
            <p class="x">{_x}</p>
            {LeftOut()}
            </div>
            """);
    }

    private bool HasPlace(double value) => double.IsFinite(value) && (!_logarithmic || value > 0);

    private double X(int index) => 100 * _horizontal.Place(_from + _every * index);

    private double Y(double value) => 100 * (1 - _vertical.Place(value));

    private Html Grid()
    {
        IEnumerable<Html> rows = _vertical.Ticks.Select(tick =>
        {
            double y = Y(tick.Value);
            Html line = Html.Of($"<line x2=\"100%\" y1=\"{y}%\" y2=\"{y}%\" />");
            return Html.Of($"{line}<text class=\"y\" y=\"{y}%\" dx=\"-8\" dy=\".33em\">{tick.Label}</text>");
        });
        IEnumerable<Html> columns = _horizontal.Ticks.Select(tick =>
            Html.Of($"<text class=\"x\" x=\"{100 * _horizontal.Place(tick.Value)}%\" y=\"100%\" dy=\"1.6em\">{tick.Label}</text>"));
        return Html.Lines([.. rows, .. columns]);
    }

    private Html Curve(IReadOnlyList<double> values, string style)
    {
        List<Html> path = [];
        for (int i = 0; i < values.Count; i++)
        {
            if (!HasPlace(values[i])) continue;
            bool starts = i == 0 || !HasPlace(values[i - 1]);
            path.Add(Html.Of($"{(starts ? "M" : "L")}{10 * X(i)} {10 * Y(values[i])}"));
        }
        return Html.Of($"<path class=\"{style}{(values.Count > FewValues ? " fine" : "")}\" d=\"{Html.Join(path)}\" />");
    }

    /// <summary>A dot for each value if they are few, else for those alone between gaps; each tells its value to the pointer.</summary>
    private Html Dots(string name, IReadOnlyList<double> values, string style)
    {
        List<Html> dots = [];
        for (int i = 0; i < values.Count; i++)
        {
            if (!HasPlace(values[i])) continue;
            bool alone = (i == 0 || !HasPlace(values[i - 1])) && (i == values.Count - 1 || !HasPlace(values[i + 1]));
            if (values.Count > MostDots && !alone) continue;
            Html title = Html.Of($"<title>{name}, {_x} {NumberText.Of(_from + _every * i)}: {NumberText.Of(values[i])}</title>");
            dots.Add(Html.Of($"<circle class=\"{style}\" cx=\"{X(i)}%\" cy=\"{Y(values[i])}%\" r=\"3\">{title}</circle>"));
        }
        return Html.Lines(dots);
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
