namespace Phosphene.Evidence.Statistics;

/// <summary>Quantiles of numbers.</summary>
internal static class Quantile
{
    /// <summary>The number that a share of them lies below, between the two nearest as they lie: 0.5 is the median.</summary>
    /// <param name="values">The numbers, at least one, in any order.</param>
    /// <param name="share">From 0 to 1.</param>
    public static double Of(IEnumerable<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        return sorted[below] + (place - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
