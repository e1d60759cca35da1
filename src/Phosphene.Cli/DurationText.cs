using System.Globalization;
using System.Text.RegularExpressions;
using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>A length of time as people write it: 2h, 90m, 45s, 1h30m.</summary>
internal static partial class DurationText
{
    /// <exception cref="UsageException">It is no such text, or nothing.</exception>
    public static TimeSpan Parse(string text)
    {
        Match match = Pattern().Match(text);
        int[] parts = [.. match.Groups.Cast<Group>().Skip(1).Select(group => group.Success ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 0)];
        return match.Success && parts.Any(part => part > 0) ? TimeSpan.FromSeconds(parts[0] * 3600.0 + parts[1] * 60.0 + parts[2])
            : throw new UsageException($"'{text}' is no length of time: hours, minutes and seconds are expected, as in 2h, 90m, 45s or 1h30m.");
    }

    [GeneratedRegex("^(?:([0-9]{1,6})h)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})s)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
