namespace Phosphene.Syntax;

/// <summary>Names to offer when one was not found.</summary>
public static class NearestNames
{
    /// <summary>
    /// Up to <paramref name="count"/> of the known names that are most like the given one, the likest first: names that contain it (or that it
    /// contains) before those with few edits. Empty if none is alike.
    /// </summary>
    public static IReadOnlyList<string> To(string name, IEnumerable<string> known, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(known);
        return
        [
            .. known.Select(other => (Name: other, Distance: Distance(name, other)))
                .Where(other => other.Distance <= Math.Max(2, name.Length / 2))
                .OrderBy(other => other.Distance).ThenBy(other => other.Name.Length).Take(count).Select(other => other.Name),
        ];
    }

    /// <summary>"; did you mean 'a', 'b' or 'c'?", or nothing if no name is alike.</summary>
    public static string Question(string name, IEnumerable<string> known) => Question(To(name, known));

    /// <summary>The same for names that were found already.</summary>
    internal static string Question(IEnumerable<string> names)
    {
        string[] near = [.. names.Select(other => $"'{other}'")];
        return near.Length switch
        {
            0 => "",
            1 => $"; did you mean {near[0]}?",
            _ => $"; did you mean {string.Join(", ", near[..^1])} or {near[^1]}?",
        };
    }

    private static int Distance(string name, string other)
    {
        bool inside = name.Length >= 2 && other.Contains(name, StringComparison.OrdinalIgnoreCase);
        return inside ? 0 : Edits(name.ToUpperInvariant(), other.ToUpperInvariant());
    }

    // Levenshtein's distance, one row at a time.
    private static int Edits(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[b.Length];
    }
}
