using System.Globalization;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>How objectives print, so that the parser reads them back.</summary>
internal static class ObjectiveText
{
    /// <summary>The shortest decimal that reads back as the same float.</summary>
    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>
    /// A name as it is, if it is made of letters, digits, '_', '.' and '/' and cannot be taken for a number; otherwise in single quotes, in which
    /// a quote or a backslash is preceded by a backslash.
    /// </summary>
    public static string Quote(string name, bool always = false) =>
        !always && IsBare(name) ? name : $"'{name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";

    /// <summary>An operand in parentheses if it would otherwise fall apart: sums inside products, and sums or signs behind a minus.</summary>
    public static string Operand(Objective objective, bool inProduct) => objective switch
    {
        SumObjective or DifferenceObjective => $"({objective})",
        ScaledObjective { Weight: < 0 } => $"({objective})",
        ScaledObjective when inProduct => $"({objective})",
        _ => objective.ToString(),
    };

    private static bool IsBare(string name) =>
        name.Length > 0 && name.All(Scanner.IsNameCharacter) && name.Any(c => char.IsAsciiLetter(c) || c is '_' or '/')
        && !float.TryParse(name, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
