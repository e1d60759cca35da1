using System.Globalization;

namespace Phosphene.Syntax;

/// <summary>How numbers and names print, so that the scanner reads them back.</summary>
internal static class Printed
{
    /// <summary>The shortest decimal that reads back as the same float.</summary>
    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A whole number.</summary>
    public static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name as it is, if it is made of letters, digits, '_', '.' and '/' and cannot be taken for a number; otherwise in quotes.</summary>
    public static string Name(string name) => IsBare(name) ? name : Quoted(name);

    /// <summary>A text in single quotes, in which a quote or a backslash is preceded by a backslash.</summary>
    public static string Quoted(string text) =>
        $"'{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    private static bool IsBare(string name) =>
        name.Length > 0 && name.All(Scanner.IsNameCharacter) && name.Any(c => char.IsAsciiLetter(c) || c is '_' or '/')
        && !float.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
