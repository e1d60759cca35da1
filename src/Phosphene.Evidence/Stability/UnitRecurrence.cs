using System.Collections.Immutable;
using Phosphene.Evidence.Statistics;
using Phosphene.Models;

namespace Phosphene.Evidence.Stability;

/// <summary>Whether the pictures of a unit that were made with different seeds show the same.</summary>
public sealed record UnitRecurrence
{
    /// <summary>Two pictures that are less alike than this are never taken for the same, however little alike pictures of different units are. Two pictures of noise have about 0, two of a GoogLeNet unit 0.9 in the median.</summary>
    public const double LeastSimilarity = 0.5;

    /// <summary>The share of the pairs of different units that two pictures of the same have to be more alike than.</summary>
    public const double ShareOfBaseline = 0.95;

    /// <summary>The share of the pictures that have to be in the largest facet, or in facets of more than one picture at all.</summary>
    public const double ShareOfPictures = 0.75;

    internal UnitRecurrence(Layer layer, double[] same, double[] baseline, double excitation, Func<int, int, double> similarity, int pictures)
    {
        (Layer, Same, Baseline, Excitation) = (layer, [.. same], [.. baseline], excitation);
        Median = Quantile.Of(same, 0.5);
        BaselineMedian = Quantile.Of(baseline, 0.5);
        Auc = AucOf(same, baseline);
        Threshold = Math.Max(LeastSimilarity, Quantile.Of(baseline, ShareOfBaseline));
        FacetOf = Clusters(pictures, similarity, Threshold);
    }

    /// <summary>The layer that the pictures were compared in.</summary>
    public Layer Layer { get; }

    /// <summary>How alike each two pictures of the unit are, from -1 to 1.</summary>
    public ImmutableArray<double> Same { get; }

    /// <summary>How alike each picture of the unit and each of other units are.</summary>
    public ImmutableArray<double> Baseline { get; }

    /// <summary>The median over pairs of the unit's own pictures.</summary>
    public double Median { get; }

    /// <summary>The median over pairs of one of its pictures and one of another unit.</summary>
    public double BaselineMedian { get; }

    /// <summary>The probability that a pair of the same unit is more alike than a pair of different units; a tie counts half.</summary>
    public double Auc { get; }

    /// <summary>The probability that the objective is larger for a picture of the unit than for one of another unit; a tie counts half. Pictures of a dead unit, or of noise, have no more than 0.5.</summary>
    public double Excitation { get; }

    /// <summary>How alike pictures have to be on average to be of one facet.</summary>
    public double Threshold { get; }

    /// <summary>The facet of each picture, 0 the largest; one picture alone is a facet, too. Pictures are clustered by average linkage: those of a facet are more alike than the threshold on average.</summary>
    public ImmutableArray<int> FacetOf { get; }

    /// <summary>How many pictures each facet has, the largest first.</summary>
    public ImmutableArray<int> Facets => [.. FacetOf.GroupBy(facet => facet).OrderBy(group => group.Key).Select(group => group.Count())];

    /// <summary>What that comes to.</summary>
    public RecurrenceVerdict Verdict =>
        !(Excitation > 0.5) || Facets.Where(size => size > 1).Sum() < ShareOfPictures * FacetOf.Length ? RecurrenceVerdict.DoesNotRecur
        : Facets[0] >= ShareOfPictures * FacetOf.Length ? RecurrenceVerdict.Recurs
        : RecurrenceVerdict.SeveralFacets;

    /// <summary>The verdict in words.</summary>
    public string Words => Verdict switch
    {
        RecurrenceVerdict.Recurs => "recurs",
        RecurrenceVerdict.SeveralFacets => "several facets",
        _ => "does not recur",
    };

    /// <summary>The probability that a number of one list is larger than one of another; a tie counts half, and what is not a number is not larger or smaller. NaN where a list is empty.</summary>
    public static double AucOf(IReadOnlyCollection<double> of, IReadOnlyCollection<double> over)
    {
        ArgumentNullException.ThrowIfNull(of);
        ArgumentNullException.ThrowIfNull(over);
        double[] sorted = [.. over.Where(b => !double.IsNaN(b)).Order()];
        (double wins, int less, int notMore) = (0, 0, 0);
        foreach (double a in of.Where(a => !double.IsNaN(a)).Order())
        {
            while (less < sorted.Length && sorted[less] < a) less++;
            while (notMore < sorted.Length && sorted[notMore] <= a) notMore++;
            wins += (less + notMore) / 2.0;
        }
        return wins / ((double)of.Count * over.Count);
    }

    // Average linkage: the two clusters whose pairs are most alike on average become one, as long as they are more alike than the threshold.
    private static ImmutableArray<int> Clusters(int count, Func<int, int, double> similarity, double threshold)
    {
        List<int[]> clusters = [.. Enumerable.Range(0, count).Select(picture => (int[])[picture])];
        while (clusters.Count > 1)
        {
            (int[] a, int[] b, double alike) = clusters.SelectMany((first, i) => clusters.Skip(i + 1).Select(second => (first, second, first.Average(x => second.Average(y => similarity(x, y)))))).MaxBy(pair => pair.Item3);
            if (!(alike > threshold)) break;
            clusters[clusters.IndexOf(a)] = [.. a, .. b];
            clusters.Remove(b);
        }
        int[][] ordered = [.. clusters.OrderByDescending(cluster => cluster.Length).ThenBy(cluster => cluster.Min())];
        return [.. Enumerable.Range(0, count).Select(picture => Array.FindIndex(ordered, cluster => cluster.Contains(picture)))];
    }
}
