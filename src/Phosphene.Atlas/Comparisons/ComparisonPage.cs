using System.Globalization;
using Phosphene.Evidence.Quality;
using Phosphene.Pages;
using Phosphene.Recipes;

namespace Phosphene.Atlas.Comparisons;

/// <summary>A <see cref="Comparison"/> as a page: choices like the sliders of the article's figures, and the numbers.</summary>
internal static class ComparisonPage
{
    private const int MostRows = 400;                                // of a table that somebody still reads

    public static HtmlPage Of(Comparison comparison, bool isDone)
    {
        // A respect with one value is none; without any other, that of the budget stands for them.
        int[] differ = [.. Enumerable.Range(0, comparison.Axes.Count).Where(i => comparison.Axes[i].Values.Count > 1).DefaultIfEmpty(comparison.Axes.Count - 1)];
        ComparisonAxis[] axes = [.. differ.Select(i => comparison.Axes[i])];
        string differing = comparison.Count > 1 ? string.Join(" × ", axes.Select(axis => axis.Name)) : "";
        var page = new HtmlPage(differing.Length > 0 ? Capital(differing) : "A picture and its numbers",
            $"`{Path.GetFileName(comparison.Model.Path)}` · {comparison.Count} pictures, each after the same {comparison.Budget.Unit} · Phosphene {Provenance.CurrentVersion}");
        if (!isDone) page.Progress = $"{comparison.Cells.Count} of {comparison.Count} pictures are done. This page reloads until it is done.";
        else if (comparison.Cells.Count < comparison.Count) page.Section("Not finished").Text($"The work was stopped after {comparison.Cells.Count} of {comparison.Count} pictures.");

        page.Section("Pictures").Text("Choose a value in each line, or all of them; the arrow keys go through a line.")
            .Choices("What the numbers are stands below.", [.. axes.Select((axis, i) => (axis.Name, axis.Values, Chosen(axes, i)))],
                [.. comparison.Cells.Select(cell => ((IReadOnlyList<int>)[.. differ.Select(i => cell.Places[i])], cell.Picture, (IReadOnlyList<(string, string)>)[.. Headings.Zip(Numbers(cell.Quality)).Where(number => number.Second.Length > 0), .. cell.Failure is null ? Array.Empty<(string, string)>() : [("ended", cell.Failure)]]))]);
        Averages(page, comparison);
        page.Section("What the numbers are").Text(Explanation);
        page.Section("All numbers").Table("", [.. axes.Select(axis => axis.Name), .. Headings, "seconds"],
            [.. comparison.Cells.Take(MostRows).Select(cell => (IReadOnlyList<string>)[.. differ.Select(i => comparison.Axes[i].Values[cell.Places[i]]), .. Numbers(cell.Quality), Number(cell.Seconds)])]);
        if (comparison.Cells.Count > MostRows) page.Section("More numbers").Text($"The other {comparison.Cells.Count - MostRows} pictures are in the JSON file beside this page.");
        return page;
    }

    // With many pictures all of the first respects at once would be more than anyone looks at; the last two stay open.
    private static int? Chosen(ComparisonAxis[] axes, int axis)
    {
        const int readable = 40;
        long shown = axes.Skip(axis).Aggregate(1L, (product, other) => product * other.Values.Count);
        return shown > readable && axis < axes.Length - 1 ? 0 : null;
    }

    // Each value of a respect, over all else: objectives differ in scale, so each counts as its share of the largest that was reached for it.
    private static void Averages(HtmlPage page, Comparison comparison)
    {
        if (comparison.Cells.Count < 2) return;
        Dictionary<string, double> largest = comparison.Cells.GroupBy(cell => $"{cell.Row.Objective}").ToDictionary(group => group.Key, group => group.Max(cell => Math.Abs(cell.Quality.Value)));
        Dictionary<string, double> largestHeldOut = comparison.Cells.GroupBy(cell => $"{cell.Row.Objective}").ToDictionary(group => group.Key, group => group.Max(cell => Math.Abs(cell.Quality.HeldOut)));
        HtmlSection section = page.Section("On average").Text("What each value of a respect gives, averaged over everything else. The objectives are shares of the largest that any picture here reached for the same objective.");
        for (int axis = 0; axis < comparison.Axes.Count; axis++)
        {
            if (comparison.Axes[axis].Values.Count < 2) continue;
            int at = axis;
            section.Table(comparison.Axes[axis].Name, [comparison.Axes[axis].Name, .. Headings],
                [.. comparison.Cells.GroupBy(cell => cell.Places[at]).OrderBy(group => group.Key).Select(group => Row(comparison.Axes[at].Values[group.Key], [.. group]))]);
        }

        IReadOnlyList<string> Row(string name, ComparisonCell[] cells)
        {
            double[] ranks = [.. cells.Select(cell => cell.Quality.Rank).OfType<int>().Select(rank => (double)rank).Order()];
            return
            [
                name,
                Percent(cells.Average(cell => Share(cell.Quality.Value, largest[$"{cell.Row.Objective}"]))), Percent(cells.Average(cell => Share(cell.Quality.HeldOut, largestHeldOut[$"{cell.Row.Objective}"]))),
                Percent(cells.Average(cell => cell.Quality.HighFrequencies)), Number(cells.Average(cell => cell.Quality.Checkerboard)),
                Number(cells.Average(cell => cell.Quality.ColourDistance)), Number(cells.Average(cell => cell.Quality.MagnitudeDistance)),
                ranks.Length == 0 ? "" : Number(ranks[ranks.Length / 2]),
            ];
        }
    }

    // Of an objective that no recipe has raised, nothing.
    private static double Share(double value, double largest) => largest > 0 ? value / largest : 0;

    private static readonly string[] Headings = ["objective", "held out", "fine", "check", "colour", "spectrum", "rank"];

    private static string Explanation =>
        $"""
        *objective*: that of the picture as it is, without transforms. *held out*: its mean over 16 draws of `{QualityMeter.HeldOut}`, which no recipe optimizes for; a picture that loses most of it shows one image exactly, not what the unit looks for.

        *fine*: the share of the spectrum's power above a quarter cycle per pixel; photos have about 2 %, noise 80 %. *check*: how much stronger what repeats every 2 or 4 pixels is than what repeats nearly so; 1 is no checkerboard.

        *colour*: the distance of its colours from those of photos, 0 being the same; a single photo has 0.22, flat grey 0.47. *spectrum*: the distance of its spectrum from that of photos, in powers of ten over all octaves; a single photo has 0.14. *rank*: the place of the class under the second network, 1 being the first; on average the median.
        """;

    private static IEnumerable<string> Numbers(PictureQuality quality) =>
        [Number(quality.Value), Number(quality.HeldOut), Percent(quality.HighFrequencies), Number(quality.Checkerboard), Number(quality.ColourDistance), Number(quality.MagnitudeDistance), quality.Rank is { } rank ? $"{rank}" : ""];

    // Three digits, and those before the point where there are more.
    private static string Number(double value) => value.ToString(Math.Abs(value) is >= 1000 and < 1e7 ? "F0" : "G3", CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:G3} %");

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
