using Phosphene.Models;
using Phosphene.Objectives;

namespace Phosphene.Visualization;

/// <summary>What an ascent computes in each step.</summary>
/// <param name="objective">What is maximized.</param>
/// <param name="penalty">What is subtracted from it; null for nothing.</param>
/// <param name="watched">What is only looked at.</param>
internal sealed class Goal(Objective objective, Objective? penalty, IReadOnlyList<Objective> watched)
{
    /// <summary>What is subtracted; null for nothing.</summary>
    public Objective? Penalty => penalty;

    /// <summary>All of it: the objective, the penalty if there is one, and what is watched.</summary>
    public IReadOnlyList<Objective> Objectives { get; } = penalty is null ? [objective, .. watched] : [objective, penalty, .. watched];

    /// <summary>The layers in which the objective compares the images of a batch.</summary>
    public IReadOnlyList<Layer> Compared { get; } = [.. ObjectiveTerms.Of(objective).Select(entry => entry.Term).OfType<DiversityObjective>().Select(diversity => diversity.Layer).Distinct()];

    /// <summary>What is computed of the clean images: all of it, and how alike they are in each of the layers in which they are compared.</summary>
    public IReadOnlyList<Objective> OfCleanImages => [.. Objectives, .. Compared.Select(layer => new SimilarityObjective(layer))];

    /// <summary>Whether another goal is the same.</summary>
    public bool Equals(Goal other) => Penalty == other.Penalty && Objectives.SequenceEqual(other.Objectives);

    /// <summary>The place of a watched objective among <see cref="Objectives"/>.</summary>
    public int PlaceOf(int index) => index >= 0 && index < watched.Count ? Objectives.Count - watched.Count + index
        : throw new ArgumentOutOfRangeException(nameof(index), $"{watched.Count} objectives are watched, from 0 on; there is none {index}.");
}
