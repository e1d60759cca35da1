using Phosphene.Evidence.Stability;
using Phosphene.Images;
using Phosphene.Objectives;

namespace Phosphene.Atlas.Recurrences;

/// <summary>A unit with its pictures of several seeds.</summary>
/// <param name="Objective">What the pictures are made for.</param>
/// <param name="Pictures">The pictures: the images of one batch, each of which starts from noise of its own.</param>
/// <param name="Values">The objective on each of them; not finite where it was no number.</param>
public sealed record RecurringUnit(Objective Objective, IReadOnlyList<Picture> Pictures, IReadOnlyList<double> Values)
{
    /// <summary>Whether they show the same; null while there are no pictures of other units to hold them against.</summary>
    public UnitRecurrence? Recurrence { get; init; }

    /// <summary>Why the ascent ended before its last step, in a sentence; null if it did not.</summary>
    public string? Failure { get; init; }
}
