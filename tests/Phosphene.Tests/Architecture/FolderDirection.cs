using System.Text.RegularExpressions;

namespace Phosphene.Tests.Architecture;

/// <summary>
/// Finds what points up: a using, a qualified name or a reference between projects that leads from a folder to one that stands after it in the order.
/// The namespace of a file is its folder, so that a using names a folder.
/// </summary>
internal sealed partial class FolderDirection
{
    private readonly string[][] _rooms;
    private readonly Dictionary<string, int> _heights = [];          // of folders, such as "Phosphene/Models"
    private readonly Dictionary<string, string> _folders = [];       // by namespace, such as "Phosphene.Models"
    private readonly List<string> _projects;

    public FolderDirection(string[][] rooms)
    {
        _rooms = rooms;
        for (int height = 0; height < rooms.Length; height++)
            foreach (string folder in rooms[height])
            {
                _heights.Add(folder, height);
                _folders.Add(NamespaceOf(folder), folder);
            }
        _projects = [.. rooms.SelectMany(room => room).Select(ProjectOf).Distinct()];
    }

    /// <summary>Everything that points up in a tree like src, and every file that has no place in the order, one sentence each.</summary>
    public IEnumerable<string> Faults(string source)
    {
        foreach (string path in Directory.EnumerateFiles(source, "*.*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string file = Path.GetRelativePath(source, path).Replace('\\', '/');
            if (BuildOutput().IsMatch(file)) continue;
            IEnumerable<string> faults = Path.GetExtension(path) switch
            {
                ".cs" => OfCode(file, File.ReadAllText(path)),
                ".csproj" => OfProject(file, File.ReadAllText(path)),
                _ => [],
            };
            foreach (string fault in faults) yield return fault;
        }
    }

    private IEnumerable<string> OfCode(string file, string text)
    {
        string folder = file[..file.LastIndexOf('/')];
        if (!_heights.TryGetValue(folder, out int height))
        {
            yield return $"{file}: the folder has no place in the order; give it one in Rooms.cs.";
            yield break;
        }
        string code = NotCode().Replace(text, match => CodeIn(match.Value));
        string own = NamespaceLine().Match(code) is { Success: true } line ? line.Groups[1].Value : NamespaceOf(folder);
        if (!_rooms[height].Select(NamespaceOf).Contains(own))
            yield return $"{file}: the namespace is {own}, where that of the folder, {NamespaceOf(folder)}, is expected.";
        foreach (Match name in QualifiedName().Matches(code))
            if (FolderIn(name.Groups[1].Value, own) is { } used && _heights[used] > height)
                yield return $"{file}({code.AsSpan(0, name.Index).Count('\n') + 1}): {name.Groups[1].Value} is in {used}, which stands above {folder}.";
    }

    private IEnumerable<string> OfProject(string file, string text)
    {
        string project = ProjectOf(file);
        foreach (string used in ProjectReference().Matches(text).Select(match => match.Groups[1].Value))
            if (_projects.IndexOf(used) is var place && (place < 0 || place >= _projects.IndexOf(project)))
                yield return $"{file}: the project refers to {used}, which {(place < 0 ? "has no place in the order" : $"stands above {project}")}.";
    }

    // The folder that a name leads into, seen from a namespace: as it stands, or from one of the namespaces around.
    private string? FolderIn(string name, string seenFrom)
    {
        for (string around = seenFrom; ; around = around[..around.LastIndexOf('.')])
        {
            if (Longest($"{around}.{name}") is { } inside && inside.Length > around.Length) return inside;
            if (!around.Contains('.')) return Longest(name);
        }
    }

    private string? Longest(string name)
    {
        for (string known = name; ; known = known[..known.LastIndexOf('.')])
        {
            if (_folders.TryGetValue(known, out string? folder)) return folder;
            if (!known.Contains('.')) return null;
        }
    }

    private static string NamespaceOf(string folder) => folder.Replace('/', '.');

    private static string ProjectOf(string path) => path.Split('/')[0];

    // Of documentation the references count; of other comments and of texts only the lines are kept.
    private static string CodeIn(string text) =>
        text.StartsWith("///", StringComparison.Ordinal)
            ? string.Join(' ', Reference().Matches(text).Select(match => match.Groups[1].Value))
            : new string('\n', text.Count(c => c == '\n'));

    [GeneratedRegex(@"(^|/)(bin|obj)/")]
    private static partial Regex BuildOutput();

    [GeneratedRegex("""'(?:\\.|[^'\\\n])+'|\"{3}[\s\S]*?\"{3}|"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*[\s\S]*?\*/""")]
    private static partial Regex NotCode();

    [GeneratedRegex("cref=\"([^\"]*)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"(?<![\w.])((?:[A-Z]\w*\.)+[A-Z]\w*)")]
    private static partial Regex QualifiedName();

    [GeneratedRegex("""<ProjectReference\s+Include="[^"]*?([^"/\\]+)\.csproj""")]
    private static partial Regex ProjectReference();
}
