using System.Text.RegularExpressions;

namespace Phosphene.Pages.Galleries;

/// <summary>Where the pages of a gallery stand, and what its layers are called there.</summary>
internal sealed partial class Places
{
    /// <summary>The folder of what the pages need: style, scripts, sprites.</summary>
    public const string Assets = "gallery";

    public const string Index = "index.html", Search = "search.html", Quiz = "quiz.html";

    // Names of pages and folders that layers cannot have.
    private static readonly string[] s_taken = ["index", "search", "quiz", Assets, "photos"];

    private readonly string[] _pages, _names;

    public Places(GalleryNetwork network)
    {
        var taken = new HashSet<string>(s_taken, StringComparer.OrdinalIgnoreCase);
        _pages = [.. network.Layers.Select(layer => Unique(Slug(layer.Name), taken))];
        _names = Short([.. network.Layers.Select(layer => layer.Name)]);
    }

    /// <summary>What a layer is called where there is little room: its name without what the exporter put behind it, where that still tells it from the others.</summary>
    public string NameOf(int layer) => _names[layer];

    /// <summary>The page of a layer.</summary>
    public string PageOf(int layer) => $"{_pages[layer]}.html";

    /// <summary>The page of a unit.</summary>
    public string PageOf(int layer, int channel) => FormattableString.Invariant($"{_pages[layer]}/{channel}.html");

    /// <summary>The small picture of a unit.</summary>
    public string TileOf(int layer, int channel) => FormattableString.Invariant($"{_pages[layer]}/{channel}.jpg");

    /// <summary>The sprite that has a unit, by its place among those of the layer.</summary>
    public string SpriteOf(int layer, int place) => FormattableString.Invariant($"{Assets}/{_pages[layer]}-{place / Sprites.PerSheet}.jpg");

    /// <summary>The picture of some units of a layer side by side.</summary>
    public string StripOf(int layer) => $"{Assets}/{_pages[layer]}-strip.jpg";

    /// <summary>The beginning of the names of a layer's sprites.</summary>
    public string StemOf(int layer) => _pages[layer];

    private static string Slug(string name)
    {
        string slug = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-')).Trim('.', '-');
        return slug.Length == 0 ? "layer" : slug[..Math.Min(slug.Length, 100)];
    }

    private static string Unique(string slug, HashSet<string> taken)
    {
        string name = slug;
        for (int i = 2; !taken.Add(name); i++) name = FormattableString.Invariant($"{slug}-{i}");
        return name;
    }

    /// <summary>Names for where there is little room, each still unlike the others: "inception_4c/output" is 4c, "inception_4c/pool" is 4c/pool.</summary>
    internal static string[] Short(string[] names)
    {
        string[] stems = [.. names.Select(name => name.LastIndexOf('/') is > 0 and int end ? name[..end].TrimStart('/') : name)];
        // Of layers of one module the output, or the last, has its name.
        string[] modules = [.. names.Select((name, i) => Enumerable.Range(0, names.Length).Where(other => stems[other] == stems[i]).OrderBy(other => names[other].EndsWith("/output", StringComparison.Ordinal)).Last() == i ? stems[i] : name)];
        if (modules.Distinct().Count() < modules.Length) return names;
        string[] numbered = [.. modules.Select(name => Numbered().Replace(name, "$1"))];
        return WithoutCommonEnd(numbered.Distinct().Count() == numbered.Length ? numbered : modules);
    }

    // "ReLU253_Output_0" and "ReLU261_Output_0" are ReLU253 and ReLU261.
    private static string[] WithoutCommonEnd(string[] names)
    {
        if (names.Length < 2) return names;
        int common = Enumerable.Range(0, names.Min(name => name.Length)).TakeWhile(i => names.All(name => name[^(i + 1)] == names[0][^(i + 1)])).Count();
        string end = names[0][^common..];
        int cut = end.IndexOfAny(['_', '.', '/', ':']);
        return cut < 0 || names.Any(name => name.Length == common - cut) ? names : [.. names.Select(name => name[..^(common - cut)])];
    }

    [GeneratedRegex(@"^[A-Za-z]+_(\d+[a-z])(?=/|$)", RegexOptions.CultureInvariant)]
    private static partial Regex Numbered();
}
