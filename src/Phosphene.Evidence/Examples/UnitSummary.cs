namespace Phosphene.Evidence.Examples;

/// <summary>What a unit gives over all images of a dataset.</summary>
/// <param name="Images">How many images gave numbers.</param>
/// <param name="Highest">The largest activation.</param>
/// <param name="Lowest">The smallest.</param>
/// <param name="Mean">The mean activation.</param>
/// <param name="MaximumMean">The mean over images of the maximum over positions.</param>
/// <param name="MaximumDeviation">The standard deviation of that maximum.</param>
/// <param name="Active">On how many images the unit is above 0 somewhere; on none if it is dead on these images.</param>
/// <param name="Everywhere">On how many it is above 0 at all positions.</param>
public sealed record UnitSummary(long Images, float Highest, float Lowest, double Mean, double MaximumMean, double MaximumDeviation, long Active, long Everywhere);
