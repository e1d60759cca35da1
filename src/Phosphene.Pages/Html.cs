using System.Text;

namespace Phosphene.Pages;

/// <summary>
/// Markup that is valid as it stands. It is made only by <see cref="Of"/>, from the literal parts of an interpolated string; whatever fills
/// a hole of that string is escaped, unless it is markup itself. So nothing that comes from outside can become markup.
/// </summary>
internal readonly struct Html
{
    private readonly string? _markup;

    private Html(string markup) => _markup = markup;

    /// <summary>Markup with holes, as in <c>Html.Of($"&lt;p&gt;{text}&lt;/p&gt;")</c>.</summary>
    public static Html Of(HtmlInterpolation markup) => new(markup.ToString());

    /// <summary>Parts one after the other.</summary>
    public static Html Join(IEnumerable<Html> parts) => new(string.Concat(parts.Select(part => part.ToString())));

    /// <summary>Parts one after the other, each on a line of its own.</summary>
    public static Html Lines(IEnumerable<Html> parts) => new(string.Join('\n', parts.Select(part => part.ToString())));

    /// <summary>Appends a text, with everything replaced that could be taken for markup or that HTML cannot hold.</summary>
    public static void Escape(StringBuilder output, string text)
    {
        foreach (Rune rune in text.EnumerateRunes())
            _ = rune.Value switch
            {
                '&' => output.Append("&amp;"),
                '<' => output.Append("&lt;"),
                '>' => output.Append("&gt;"),
                '"' => output.Append("&quot;"),
                '\'' => output.Append("&#39;"),
                '\t' or '\n' => output.Append((char)rune.Value),
                '\r' => output,
                < ' ' or (>= 0x7F and < 0xA0) or 0xFFFE or 0xFFFF => output.Append('\uFFFD'),
                _ => output.Append(rune.ToString()),
            };
    }

    /// <summary>The markup.</summary>
    public override string ToString() => _markup ?? "";
}
