using Phosphene.Evidence.Paths;
using Phosphene.Images;
using Phosphene.Objectives;

namespace Phosphene.Atlas.Paths;

/// <summary>How the pictures of a unit are processed, held against natural images.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Pictures">Its pictures.</param>
/// <param name="Similarities">How each of them is processed.</param>
/// <param name="Natural">The natural images that they are held against, with what the unit has on each; the one that excites it most first. Not a number for images that were named.</param>
/// <param name="LeftOut">How each natural image is processed, held against the others.</param>
/// <param name="MostLike">The place of the unit whose natural images the pictures are processed most like; null where there are no other units.</param>
public sealed record UnitPaths(Objective Unit, IReadOnlyList<Picture> Pictures, IReadOnlyList<PathSimilarity> Similarities, IReadOnlyList<(string File, float Value)> Natural, IReadOnlyList<PathSimilarity> LeftOut, int? MostLike)
{
    /// <summary>The similarity over all layers, on average over the pictures: 1 if they are processed as natural images of the unit are, 0 if like any other image.</summary>
    public double Overall => Similarities.Average(similarity => similarity.Overall);

    /// <summary>The share of the natural images that are processed less like the others than the pictures are, from 0 to 1.</summary>
    public double NaturalBelow => LeftOut.Count(image => image.Overall < Overall) / (double)LeftOut.Count;
}
