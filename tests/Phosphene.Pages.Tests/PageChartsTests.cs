using System.Globalization;
using System.Xml.Linq;
using Xunit;

namespace Phosphene.Pages.Tests;

public sealed class PageChartsTests
{
    [Fact]
    public void A_curve_rises_to_the_right_and_upward()
    {
        XDocument page = Lines([("a", [0, 5, 10])]);
        Assert.Equal(["M0 1000L500 500L1000 0"], Curves(page));
        Assert.Equal(["0", "2", "4", "6", "8", "10"], Labels(page, "y"));
        Assert.Equal(["0", "1", "2"], Labels(page, "x"));
    }

    [Fact]
    public void Unknown_values_are_gaps_and_a_value_between_gaps_is_a_dot()
    {
        double[] values = [0, 10, double.NaN, 10, double.PositiveInfinity, .. Enumerable.Repeat(0.0, 36)];
        XDocument page = Lines([("a", values)]);
        string curve = Curves(page).Single()!;
        Assert.Equal(3, curve.Count(c => c == 'M'));
        Assert.Equal(39, curve.Count(c => c is 'M' or 'L'));
        Assert.Equal("7.5%", page.Descendants("circle").Single().Value("cx"));
    }

    [Fact]
    public void A_single_value_is_a_dot_in_the_middle()
    {
        XElement dot = Lines([("a", [0.5])]).Descendants("circle").Single();
        Assert.Equal(("50%", "50%"), (dot.Value("cx"), dot.Value("cy")));
        Assert.Equal("a, step 0: 0.5", dot.Value);
    }

    [Theory]
    [InlineData(0, 100)]
    [InlineData(2, 50)]
    [InlineData(-3e-9, 50)]
    [InlineData(double.MaxValue, 50)]
    public void Equal_values_are_a_level_line(double value, double percent)
    {
        XDocument page = Lines([("a", [value, value, value])]);
        double[] heights = [.. page.Descendants("circle").Select(dot => Percent(dot, "cy"))];
        Assert.All(heights, height => Assert.InRange(height, value == double.MaxValue ? 0 : percent, value == double.MaxValue ? 100 : percent));
        Assert.True(Labels(page, "y").Length >= 2);
    }

    [Fact]
    public void A_logarithmic_axis_has_equal_factors_at_equal_distances_and_leaves_out_zero()
    {
        XDocument page = Lines([("a", [1000, 0, 0.1, -1]), ("b", [10])], logarithmic: true);
        Assert.Equal(["0.1", "1", "10", "100", "1,000"], Labels(page, "y"));
        Assert.Equal(["0%", "100%", "50%"], page.Descendants("circle").Select(dot => dot.Value("cy")));
        Assert.EndsWith("no place for zero or less: 2.", page.Elements("p", "remark").Single().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void The_horizontal_axis_counts_as_it_is_told()
    {
        XDocument page = TestPage.Of(section => section.Lines("All.", "step", "y", [("a", [1, 2, 3, 4])], from: 50, every: 50));
        Assert.Equal(["50", "100", "150", "200"], Labels(page, "x"));
        Assert.Equal("a, step 200: 4", page.Descendants("circle").Last().Value);
        HtmlSection section = new HtmlPage("Title").Section("Section");
        Assert.Throws<ArgumentOutOfRangeException>(() => section.Lines("All.", "x", "y", [], every: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => section.Lines("All.", "x", "y", [], every: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => section.Lines("All.", "x", "y", [], from: double.PositiveInfinity));
    }

    [Fact]
    public void A_chart_has_a_title_and_says_its_numbers_in_words()
    {
        XElement chart = Lines([("a", [1, 4, 2]), ("b", [])]).Descendants("svg").First(svg => svg.Value("role") == "img");
        Assert.Equal("All.", chart.Element("title")!.Value);
        Assert.Equal("a: 3 values from 1 to 2, least 1, greatest 4. b: no values.", chart.Element("desc")!.Value);
    }

    [Fact]
    public void Names_beside_the_lines_do_not_overlap_and_stay_in_the_chart()
    {
        XDocument page = Lines([.. Enumerable.Range(0, 10).Select(i => ($"line {i}", (IReadOnlyList<double>)[0, 1 - i * 1e-3]))]);
        double[] places = [.. page.Elements("text", "name").Select(name => double.Parse(name.Value("y")!, CultureInfo.InvariantCulture))];
        Assert.Equal(10, places.Length);
        Assert.All(places.Zip(places.Skip(1)), pair => Assert.True(pair.Second - pair.First >= 15.9));
        Assert.InRange(places[0], 0, 240);
        Assert.InRange(places[^1], 0, 240);
        Assert.Equal(10, page.Descendants("li").Count());
    }

    [Fact]
    public void Bars_begin_at_zero_and_point_the_way_of_their_sign()
    {
        XDocument page = TestPage.Of(section => section.Bars("All.", "change", [("up", 3), ("down", -1), ("none", 0), ("unknown", double.NaN)]));
        Assert.Equal(["margin-left:25%;width:75%", "margin-left:0%;width:25%", "margin-left:25%;width:0%"], page.Elements("span", "bar").Select(bar => bar.Value("style")));
        Assert.Equal(["3", "−1", "0", "–"], page.Elements("td", "number").Select(cell => cell.Value));
        Assert.Equal(["change", "up", "down", "none", "unknown"], page.Descendants("th").Select(cell => cell.Value));
    }

    [Fact]
    public void Logarithmic_bars_begin_at_the_power_of_ten_below_the_smallest()
    {
        XDocument page = TestPage.Of(section => section.Bars("All.", "ms", [("a", 1), ("b", 1000), ("c", 0)], logarithmic: true));
        Assert.Equal(["margin-left:0%;width:25%", "margin-left:0%;width:100%"], page.Elements("span", "bar").Select(bar => bar.Value("style")));
        Assert.Contains("from 0.1;", page.Elements("p", "remark").Single().Value, StringComparison.Ordinal);
        page = TestPage.Of(section => section.Bars("All.", "ms", [("a", 0), ("b", double.NaN)], logarithmic: true));
        Assert.Equal(["0", "–"], page.Elements("td", "number").Select(cell => cell.Value));
    }

    private static XDocument Lines((string Name, IReadOnlyList<double> Values)[] series, bool logarithmic = false) =>
        TestPage.Of(section => section.Lines("All.", "step", "activation", series, logarithmic));

    private static IEnumerable<string?> Curves(XDocument page) =>
        page.Descendants("path").Where(path => path.Parent!.Value("viewBox") is not null).Select(path => path.Value("d"));

    private static string[] Labels(XDocument page, string axis) => [.. page.Elements("text", axis).Select(label => label.Value)];

    private static double Percent(XElement element, string attribute) =>
        double.Parse(element.Value(attribute)!.TrimEnd('%'), CultureInfo.InvariantCulture);
}
