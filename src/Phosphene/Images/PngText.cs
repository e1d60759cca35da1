using System.Text;
using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>
/// A text that a PNG carries beside its pixels. Writing needs a keyword of 1 to 79 printable Latin-1 characters without a space at either end
/// or two in a row, and a text of at most <see cref="MaximumBytes"/> bytes of UTF-8 without NUL; the constructor does not check, so that
/// whatever a file holds can be shown.
/// </summary>
/// <param name="Keyword">What the text is, for example "Software" or "phosphene:recipe". Several texts may share one keyword.</param>
/// <param name="Text">The text.</param>
public sealed record PngText(string Keyword, string Text)
{
    /// <summary>The most bytes a text chunk may have, both as it is stored and after inflating: 1 MiB.</summary>
    public const int MaximumBytes = 1 << 20;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The language that a written text says it is in: none.</summary>
    internal const string Language = "zxx";

    private const int FieldBytes = 8;       // of an iTXt chunk besides keyword and text: the language, three zeros as ends, two for "not compressed"

    /// <summary>Makes sure that the text can be written.</summary>
    /// <exception cref="UsageException">The keyword or the text is not valid in a PNG.</exception>
    internal void Check()
    {
        CheckKeyword();
        int length;
        try
        {
            length = Keyword.Length + FieldBytes + s_strictUtf8.GetByteCount(Text);
        }
        catch (EncoderFallbackException e)
        {
            throw new UsageException($"The PNG text '{Keyword}' has half of a surrogate pair at character {e.Index}, which UTF-8 cannot hold.", e);
        }
        if (Text.Contains('\0', StringComparison.Ordinal))
            throw new UsageException($"The PNG text '{Keyword}' contains the character NUL, which a PNG text cannot hold; remove it.");
        if (length > MaximumBytes) throw new UsageException($"The PNG text '{Keyword}' needs {length} bytes; at most {MaximumBytes} are allowed.");
    }

    private void CheckKeyword()
    {
        bool printable = Keyword.All(c => c is >= ' ' and <= '~' or >= '\u00A1' and <= '\u00FF');
        bool badSpaces = Keyword.StartsWith(' ') || Keyword.EndsWith(' ') || Keyword.Contains("  ", StringComparison.Ordinal);
        if (Keyword.Length is < 1 or > 79 || !printable || badSpaces)
            throw new UsageException(
                $"'{Keyword}' cannot be the keyword of a PNG text: it needs 1 to 79 printable Latin-1 characters, "
                + "no space at either end and no two in a row.");
    }
}
