using System.Text;

namespace Phosphene.Cli;

/// <summary>Text for a terminal, of which a part may come from a file: without characters that would command the terminal, or are none.</summary>
internal static class SafeText
{
    public static string Of(string text) => text.Any(c => char.IsControl(c) || char.IsSurrogate(c))
        ? string.Concat(text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? Rune.ReplacementChar : rune))
        : text;
}
