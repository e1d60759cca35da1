using System.Text;

namespace Phosphene.Pages;

/// <summary>Gives each section of a page an id that no other has and that reads like its title.</summary>
internal sealed class Identifiers
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>"Channels of conv3:5" becomes "channels-of-conv3-5", the second time "channels-of-conv3-5-2".</summary>
    public string Next(string title)
    {
        StringBuilder slug = new();
        foreach (char c in title)
            if (char.IsAsciiLetterOrDigit(c)) slug.Append(char.ToLowerInvariant(c));
            else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
        string name = slug.ToString().TrimEnd('-');
        if (name.Length == 0) name = "section";

        string id = name;
        for (int i = 2; !_taken.Add(id); i++) id = FormattableString.Invariant($"{name}-{i}");
        return id;
    }
}
