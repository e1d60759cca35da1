namespace Phosphene.Syntax;

/// <summary>
/// A text in one of Phosphene's small languages (objectives, pipelines of transforms, sizes and so on) that cannot be read. The message is one line: what was
/// expected and what was found. <see cref="Excerpt"/> shows where.
/// </summary>
public sealed class TextFormatException : FormatException
{
    private const int ExcerptWidth = 100;

    /// <summary>A text that cannot be read, and where.</summary>
    /// <param name="message">What was expected and what was found; one sentence.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="position">The index of the character that is wrong; the length of the text if its end is.</param>
    public TextFormatException(string message, string text, int position) : base(OneLine(message))
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, text.Length);
        (Text, Position) = (text, position);
    }

    /// <summary>The whole text.</summary>
    public string Text { get; }

    /// <summary>The index of the character that is wrong; the length of the text if something is missing at its end.</summary>
    public int Position { get; }

    /// <summary>Two lines: the text (of a long one the part around the place) and a caret under the place.</summary>
    public string Excerpt
    {
        get
        {
            int start = Text.Length <= ExcerptWidth ? 0 : Math.Clamp(Position - ExcerptWidth / 2, 0, Text.Length - ExcerptWidth);
            int end = Math.Min(Text.Length, start + ExcerptWidth);
            string line = OneLine(Text[start..end]);
            string before = start > 0 ? "... " : "", after = end < Text.Length ? " ..." : "";
            return $"{before}{line}{after}\n{new string(' ', before.Length + Position - start)}^";
        }
    }

    // What is quoted from a text may hold anything.
    private static string OneLine(string text) => string.Create(text.Length, text, static (span, source) =>
    {
        for (int i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? ' ' : source[i];
    });
}
