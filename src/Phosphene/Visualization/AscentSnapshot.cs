using System.Collections.Immutable;

namespace Phosphene.Visualization;

/// <summary>
/// Where an ascent stands: parameters, what the optimizer remembers, and the step. An ascent of the same model, recipe and objective that is restored to it
/// goes on to the same bytes.
/// </summary>
/// <param name="Step">The steps that were done.</param>
/// <param name="RedirectedSteps">In how many of them a dead ReLU was opened.</param>
/// <param name="Arrays">The arrays by name, such as "parameter 0/values" or "parameter 0/means".</param>
public sealed record AscentSnapshot(int Step, int RedirectedSteps, ImmutableSortedDictionary<string, ImmutableArray<float>> Arrays)
{
    /// <summary>Whether the ascent's recipe and objective told all that had been done: <see cref="Ascent.IsReplayable"/>.</summary>
    public bool IsReplayable { get; init; } = true;
}
