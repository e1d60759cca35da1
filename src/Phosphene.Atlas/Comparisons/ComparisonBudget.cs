using Phosphene.Syntax;

namespace Phosphene.Atlas.Comparisons;

/// <summary>After how much work the pictures of each row are taken: the same for all rows, so that what differs is what the work gave.</summary>
public sealed record ComparisonBudget
{
    private ComparisonBudget(IReadOnlyList<double> stops, bool inSeconds)
    {
        if (stops.Count == 0) throw new UsageException("A comparison needs a number of steps or of seconds after which to look.");
        (Stops, InSeconds) = (stops, inSeconds);
    }

    /// <summary>The steps or the seconds after which a picture is taken, rising.</summary>
    public IReadOnlyList<double> Stops { get; }

    /// <summary>Whether the stops are seconds of the ascent, its compilation included, and not steps.</summary>
    public bool InSeconds { get; }

    /// <summary>What is counted.</summary>
    public string Unit => InSeconds ? "seconds" : "steps";

    /// <summary>Equal in steps.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static ComparisonBudget OfSteps(IEnumerable<int> steps) => new([.. steps.Order().Distinct()], inSeconds: false);

    /// <summary>Equal in seconds. What is reached then depends on the machine and what else it does.</summary>
    /// <exception cref="UsageException">There are none.</exception>
    public static ComparisonBudget OfSeconds(IEnumerable<double> seconds) => new([.. seconds.Order().Distinct()], inSeconds: true);
}
