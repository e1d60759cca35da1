namespace Phosphene.Cli;

/// <summary>Text for a terminal, of which a part may come from a file: without characters that would command the terminal.</summary>
internal static class SafeText
{
    public static string Of(string text) => text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
}
