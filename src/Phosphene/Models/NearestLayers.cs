using System.Text.RegularExpressions;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>Layers to offer for a name that is none. Of a block, its last layer comes first: what the block as a whole gives.</summary>
internal static partial class NearestLayers
{
    private const int Most = 3;

    /// <summary>
    /// Up to three layers: those whose names hold the text, then those that are spelt alike, otherwise those that share most of its words and numbers.
    /// Empty if there is nothing of it in any name.
    /// </summary>
    /// <param name="text">What was asked for.</param>
    /// <param name="names">The names of all layers, in the order of the model.</param>
    public static IReadOnlyList<string> To(string text, IReadOnlyCollection<string> names)
    {
        string[] holding = text.Length < 2 ? [] : [.. Lasts(names.Where(name => name.Contains(text, StringComparison.OrdinalIgnoreCase)))];
        string[] near = [.. holding.Concat(NearestNames.To(text, names)).Distinct().Take(Most)];
        return near.Length > 0 ? near : [.. Lasts(Sharing(text, names)).Take(Most)];
    }

    // The last layer of each block, in the order of the model.
    private static IEnumerable<string> Lasts(IEnumerable<string> names) => names.GroupBy(BlockOf).Select(block => block.Last());

    // inception_4a of inception_4a/3x3_reduce, layer3.0 of layer3.0.relu.
    private static string BlockOf(string name) => name.LastIndexOfAny(['/', '.']) is > 0 and var end ? name[..end] : name;

    private static IEnumerable<string> Sharing(string text, IReadOnlyCollection<string> names)
    {
        string[] words = WordsOf(text);
        (string Name, int Shared)[] shared = [.. names.Select(name => (name, words.Count(word => WordsOf(name).Any(other => other.StartsWith(word, StringComparison.OrdinalIgnoreCase)))))];
        int most = shared.Length == 0 ? 0 : shared.Max(entry => entry.Shared);
        return most == 0 ? [] : shared.Where(entry => entry.Shared == most).Select(entry => entry.Name);
    }

    // mixed and 4a of mixed4a.
    private static string[] WordsOf(string name) => [.. Word().Matches(name).Select(match => match.Value)];

    [GeneratedRegex(@"\d+[A-Za-z]?(?![A-Za-z])|[A-Za-z]+|\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
