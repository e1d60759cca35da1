using System.Globalization;
using System.Text;

namespace Phosphene.Runtime.Onnx;

/// <summary>Names out of a file made safe for a terminal: control characters escaped, long ones cut.</summary>
internal static class Printable
{
    private const int Longest = 200;

    /// <summary>The text in single quotes, escaped.</summary>
    public static string Quote(string text) => $"'{Escape(text)}'";

    /// <summary>The text with control and format characters as \uXXXX, cut after 200 characters.</summary>
    public static string Escape(string text)
    {
        if (text.Length <= Longest && !text.Any(Hidden)) return text;
        var escaped = new StringBuilder();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, Longest)))
            _ = Hidden(c) ? escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}") : escaped.Append(c);
        if (text.Length > Longest) escaped.Append('…');
        return escaped.ToString();
    }

    private static bool Hidden(char c) => char.GetUnicodeCategory(c) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
