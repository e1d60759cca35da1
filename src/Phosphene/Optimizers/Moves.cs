using Phosphene.Runtime.Graphs;

namespace Phosphene.Optimizers;

/// <summary>The moves of an optimizer, for those that wrap another.</summary>
internal static class Moves
{
    /// <summary>The same, with a change of what one parameter becomes.</summary>
    public static IReadOnlyList<Assignment> Changing(this IReadOnlyList<Assignment> moves, Tensor parameter, Func<Tensor, Tensor> change) =>
        [.. moves.SelectMany(move => move.Parameters.Select((changed, i) => new Assignment(changed, ReferenceEquals(changed, parameter) ? change(move.ValueOf(i)) : move.ValueOf(i))))];

    /// <summary>Whether one of the moves is of a parameter.</summary>
    public static bool Have(this IReadOnlyList<Assignment> moves, Tensor parameter) => moves.Any(move => move.Parameters.Any(changed => ReferenceEquals(changed, parameter)));
}
