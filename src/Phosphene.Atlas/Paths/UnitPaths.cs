using Phosphene.Evidence.Paths;
using Phosphene.Images;
using Phosphene.Objectives;

namespace Phosphene.Atlas.Paths;

/// <summary>How the pictures of a unit are processed, held against natural images.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Pictures">Its pictures.</param>
/// <param name="Similarities">How each of them is processed.</param>
/// <param name="Natural">The natural images that they are held against, each with the value of the unit on it, the highest first. Of images that were named rather than found the values are not a number.</param>
/// <param name="LeftOut">How each natural image is processed, held against the others.</param>
/// <param name="MostLike">The place of the unit whose natural images the pictures are processed most like; null where there are no other units.</param>
public sealed record UnitPaths(Objective Unit, IReadOnlyList<Picture> Pictures, IReadOnlyList<PathSimilarity> Similarities, IReadOnlyList<(string File, float Value)> Natural, IReadOnlyList<PathSimilarity> LeftOut, int? MostLike)
{
    /// <summary>The similarity over the middle half of the layers, on average over the pictures: 1 if they are processed as natural images of the unit are, 0 if like any other image; not a number where none of these layers tells the natural images from others.</summary>
    public double Middle => Similarities.Average(similarity => similarity.Middle);

    /// <summary>The share of the natural images that are processed less like the others than the pictures are, from 0 to 1; not a number where <see cref="Middle"/> is not.</summary>
    public double NaturalBelow => double.IsFinite(Middle) ? LeftOut.Count(image => image.Middle < Middle) / (double)LeftOut.Count : double.NaN;
}
