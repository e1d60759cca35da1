namespace Phosphene.Syntax;

internal sealed partial class Scanner
{
    private List<Completion>? _offers;

    /// <summary>The names that a text may speak of beside its own words, where it is to be completed.</summary>
    public CompletionNames Names { get; private init; } = CompletionNames.None;

    /// <summary>
    /// What could stand at the end of a text, the place of the cursor: the text is read as ever, and whoever reads a word that the end may belong to
    /// offers what it could become.
    /// </summary>
    /// <param name="text">The text up to the cursor.</param>
    /// <param name="names">Names from outside the text.</param>
    /// <param name="read">Reads the text.</param>
    public static IReadOnlyList<Completion> Complete(string text, CompletionNames names, Action<Scanner> read)
    {
        if (text.Length > MaximumLength) return [];
        var scanner = new Scanner(text) { Names = names, _offers = [] };
        try
        {
            read(scanner);
        }
        catch (TextFormatException)
        {
            // A text that is being written is mostly not a whole one.
        }
        return [.. scanner._offers.DistinctBy(offer => offer.Text)];
    }

    /// <summary>Offers what could stand here, if the word that begins here is the last one and still to be completed.</summary>
    public void Offer(Func<IEnumerable<(string Text, string Description)>> candidates)
    {
        if (_offers is null) return;
        string begun = _text[Position..];
        bool quoted = begun.Length > 0 && begun[0] is '\'' or '"';
        if (quoted ? begun.IndexOf(begun[0], 1) >= 0 : !begun.All(IsNameCharacter)) return;
        string letters = quoted ? begun[1..] : begun;
        foreach ((string text, string description) in candidates())
            if (text.TrimStart('\'').StartsWith(letters, StringComparison.OrdinalIgnoreCase)) _offers.Add(new Completion(Position, text, description));
    }
}
