using System.Collections.Immutable;
using Phosphene.Syntax;

namespace Phosphene.Recipes;

/// <summary>The steps after which the picture is kept, as text: "1,4,48".</summary>
public static class SnapshotSteps
{
    /// <summary>Reads a list of steps.</summary>
    /// <param name="text">The text.</param>
    /// <param name="last">The last step that there is.</param>
    /// <exception cref="TextFormatException">The text is no such list; the message says what was expected, the exception where.</exception>
    public static ImmutableSortedSet<int> Parse(string text, int last)
    {
        var scanner = new Scanner(text, "list of steps");
        ImmutableSortedSet<int>.Builder steps = ImmutableSortedSet.CreateBuilder<int>();
        do steps.Add(scanner.Integer("a step to keep the picture of", 1, last));
        while (scanner.Take(','));
        scanner.ExpectEnd("',' and another step, or the end,");
        return steps.ToImmutable();
    }
}
