using System.Text.Json;
using System.Text.RegularExpressions;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;

namespace Phosphene.Models;

/// <summary>
/// Short names for the layers that an exporter named after itself: "layer3.0.relu" for "/layer3/layer3.0/relu/Relu_output_0". The last value that a
/// module makes itself has the module's name; the others, and those of modules that hold modules, have their operator behind it: "layer3.0.add". A name
/// that is taken gets "_2" and so on, in the order of the graph. The names depend on the file alone; an imported file carries them.
/// </summary>
public sealed partial class LayerAliases
{
    /// <summary>The metadata property of an imported file that holds the aliases, a JSON object of names by alias.</summary>
    public const string MetadataKey = "phosphene.aliases";

    private readonly Dictionary<string, string> _names = [], _aliases = [];

    private LayerAliases()
    {
    }

    /// <summary>The alias of a layer; null if it has none.</summary>
    public string? this[string layer] => _aliases.GetValueOrDefault(layer);

    /// <summary>The layers by their aliases.</summary>
    public IReadOnlyDictionary<string, string> Names => _names;

    /// <summary>The layer that an alias stands for, or the same text if it is none.</summary>
    public string Resolve(string text) => _names.GetValueOrDefault(text, text);

    /// <summary>The aliases that a model carries, else those that its names give.</summary>
    /// <exception cref="ModelFormatException">What it carries is not a list of aliases for its layers.</exception>
    public static LayerAliases Of(OnnxImporter importer)
    {
        ArgumentNullException.ThrowIfNull(importer);
        OnnxGraph graph = importer.Model.Graph;
        HashSet<string> taken =
        [
            .. graph.Nodes.SelectMany(node => node.Outputs), .. graph.Inputs.Select(input => input.Name), .. graph.Initializers.Select(tensor => tensor.Name),
        ];
        return importer.Model.Metadata.TryGetValue(MetadataKey, out string? carried)
            ? Carried(importer, carried, taken)
            : Made(importer.Layers, taken);
    }

    private void Add(string alias, string name)
    {
        _names.Add(alias, name);
        _aliases.Add(name, alias);
    }

    private static LayerAliases Carried(OnnxImporter importer, string text, HashSet<string> taken)
    {
        var aliases = new LayerAliases();
        HashSet<string> layers = [.. importer.Layers.Select(layer => layer.Name)];
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                string name = property.Value.GetString() ?? "";
                if (taken.Contains(property.Name) || !layers.Contains(name)) throw new JsonException($"'{property.Name}' cannot stand for '{name}'");
                aliases.Add(property.Name, name);
            }
            return aliases;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ModelFormatException(
                $"Model '{importer.Model.Path}', metadata {MetadataKey}: names of layers by alias are expected, as a JSON object ({error.Message.TrimEnd('.')}); import the model again.",
                ModelFault.Malformed, error);
        }
    }

    private static LayerAliases Made(IReadOnlyList<OnnxLayer> layers, HashSet<string> taken)
    {
        (string Name, ExporterName Origin)[] known = WithoutCommonStart(
            [.. layers.Select(layer => (layer.Name, Origin: ExporterName.Of(layer.Name, layer.Node))).Where(entry => entry.Origin is not null).Select(entry => (entry.Name, entry.Origin!.Value))]);
        HashSet<string> holders = Holders(known.Select(entry => entry.Origin.Path));
        var last = new Dictionary<string, string>();
        foreach ((string name, ExporterName origin) in known)
            if (!holders.Contains(origin.Path) && !LooksLikeANumber().IsMatch(origin.Path)) last[origin.Path] = name;

        var aliases = new LayerAliases();
        var numbers = new Dictionary<string, int>();
        foreach (bool whole in (bool[])[true, false])       // the modules' own names first
        {
            foreach ((string name, ExporterName origin) in known)
            {
                if (last.GetValueOrDefault(origin.Path) == name != whole) continue;
                string stem = whole ? origin.Path : origin.Path.Length == 0 ? origin.Operator : $"{origin.Path}.{origin.Operator}", alias = stem;
                while (!taken.Add(alias)) alias = $"{stem}_{numbers[stem] = numbers.GetValueOrDefault(stem, 1) + 1}";
                aliases.Add(alias, name);
            }
        }
        return aliases;
    }

    // Keras begins every name with that of the model: a first step that all paths share says nothing.
    private static (string Name, ExporterName Origin)[] WithoutCommonStart((string Name, ExporterName Origin)[] known)
    {
        string[] paths = [.. known.Where(entry => entry.Name.Contains(':', StringComparison.Ordinal) && entry.Origin.Path.Length > 0).Select(entry => entry.Origin.Path)];
        if (paths.Length < 2 || !paths[0].Contains('.', StringComparison.Ordinal)) return known;
        string start = paths[0][..(paths[0].IndexOf('.', StringComparison.Ordinal) + 1)];
        return paths.All(path => path.StartsWith(start, StringComparison.Ordinal))
            ? [.. known.Select(entry => entry.Origin.Path.StartsWith(start, StringComparison.Ordinal)
                ? (entry.Name, entry.Origin with { Path = entry.Origin.Path[start.Length..] })
                : entry)]
            : known;
    }

    // The paths that others lie below. Sorted with the dot before all letters, what lies below a path comes right after it.
    private static HashSet<string> Holders(IEnumerable<string> paths)
    {
        string[] sorted = [.. paths.Distinct().Select(path => path.Replace('.', '\0')).Order(StringComparer.Ordinal)];
        HashSet<string> holders = [""];
        for (int i = 0; i + 1 < sorted.Length; i++)
            if (sorted[i + 1].StartsWith($"{sorted[i]}\0", StringComparison.Ordinal)) holders.Add(sorted[i].Replace('\0', '.'));
        return holders;
    }

    [GeneratedRegex(@"^[\d.]+$")]
    private static partial Regex LooksLikeANumber();
}
