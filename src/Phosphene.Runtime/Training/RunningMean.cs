namespace Phosphene.Runtime.Training;

/// <summary>
/// The exponentially weighted mean of a sequence of numbers, each counting 1% less for every one after it; corrected for its start as Adam's means are.
/// </summary>
internal sealed class RunningMean
{
    private const double Kept = 0.99;

    /// <summary>The weighted sum so far.</summary>
    public double Sum { get; set; }

    /// <summary>The weights so far.</summary>
    public double Weight { get; set; }

    public double Value => Weight > 0 ? Sum / Weight : double.NaN;

    public void Add(double value) => (Sum, Weight) = (Kept * Sum + value, Kept * Weight + 1);
}
