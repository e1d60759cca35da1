using Phosphene.Evidence.Quality;
using Phosphene.Images;

namespace Phosphene.Atlas.Comparisons;

/// <summary>A picture of a comparison.</summary>
/// <param name="Row">The ascent that it was taken of.</param>
/// <param name="Stop">After which of the stops, from 0.</param>
/// <param name="Picture">The picture, which carries its recipe.</param>
/// <param name="Quality">What was measured of it.</param>
/// <param name="Steps">After how many steps.</param>
/// <param name="Seconds">After how long, compilation included, and without the time for looking.</param>
/// <param name="Failure">Why the ascent ended before the stop, in a sentence; null if it did not.</param>
public sealed record ComparisonCell(ComparisonRow Row, int Stop, Picture Picture, PictureQuality Quality, int Steps, double Seconds, string? Failure)
{
    /// <summary>For each axis which of its values this is, the stop last.</summary>
    public IReadOnlyList<int> Places => [.. Row.Places, Stop];
}
