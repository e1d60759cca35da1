using System.Text;
using System.Text.RegularExpressions;

namespace Phosphene.Pages;

/// <summary>
/// The little markup of running text: <c>`code`</c> and <c>*emphasis*</c>. A mark that has no partner, or an asterisk between letters or
/// beside a space as in 3 * 4 * 5, is a character like any other. Nothing is marked up inside code.
/// </summary>
internal static partial class Prose
{
    /// <summary>The text as markup.</summary>
    public static Html Of(string text)
    {
        List<Html> parts = [];
        int end = 0;
        foreach (Match match in Marked().Matches(text))
        {
            parts.Add(Html.Of($"{text[end..match.Index]}"));
            parts.Add(match.Groups["code"].Success
                ? Html.Of($"<code>{match.Groups["code"].Value}</code>")
                : Html.Of($"<em>{Of(match.Groups["em"].Value)}</em>"));
            end = match.Index + match.Length;
        }
        return Html.Join([.. parts, Html.Of($"{text[end..]}")]);
    }

    /// <summary>The text as paragraphs, which empty lines part.</summary>
    public static IEnumerable<Html> Paragraphs(string text) =>
        EmptyLines().Split(text).Where(part => !string.IsNullOrWhiteSpace(part)).Select(part => Html.Of($"<p>{Of(part.Trim())}</p>"));

    /// <summary>The text without its marks, for places that hold no markup.</summary>
    public static string Plain(string text)
    {
        StringBuilder plain = new(text);
        foreach (Match match in Marked().Matches(text).Reverse())
        {
            string inner = match.Groups["code"].Success ? match.Groups["code"].Value : Plain(match.Groups["em"].Value);
            plain.Remove(match.Index, match.Length).Insert(match.Index, inner);
        }
        return plain.ToString();
    }

    [GeneratedRegex(@"`(?<code>[^`]+)`|(?<![\w*])\*(?<em>[^\s*`](?:[^*]*[^\s*])?)\*(?![\w*])", RegexOptions.CultureInvariant)]
    private static partial Regex Marked();

    [GeneratedRegex(@"\r?\n[ \t]*\r?\n\s*", RegexOptions.CultureInvariant)]
    private static partial Regex EmptyLines();
}
