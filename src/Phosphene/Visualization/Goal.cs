using Phosphene.Objectives;

namespace Phosphene.Visualization;

/// <summary>What an ascent computes in each step.</summary>
/// <param name="Objective">What is maximized.</param>
/// <param name="Penalty">What is subtracted from it; null for nothing.</param>
/// <param name="Watched">What is only looked at.</param>
internal sealed record Goal(Objective Objective, Objective? Penalty, IReadOnlyList<Objective> Watched)
{
    /// <summary>All of it in this order.</summary>
    public IReadOnlyList<Objective> Objectives { get; } = Penalty is null ? [Objective, .. Watched] : [Objective, Penalty, .. Watched];

    /// <summary>The place of a watched objective among <see cref="Objectives"/>.</summary>
    public int PlaceOf(int watched) => watched >= 0 && watched < Watched.Count ? Objectives.Count - Watched.Count + watched
        : throw new ArgumentOutOfRangeException(nameof(watched), $"{Watched.Count} objectives are watched, from 0 on; there is none {watched}.");
}
