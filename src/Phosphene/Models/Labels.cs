using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Phosphene.Syntax;

namespace Phosphene.Models;

/// <summary>The names of a model's classes: line n of a file is class n, from 0. WordNet ids at the start of a line are dropped.</summary>
public sealed partial class Labels
{
    private readonly string[] _names;

    private Labels(string[] names) => _names = names;

    /// <summary>No labels: classes are numbers.</summary>
    public static Labels None { get; } = new([]);

    /// <summary>The number of labels; 0 if there are none.</summary>
    public int Count => _names.Length;

    /// <summary>The name of a class, or its number if it has none.</summary>
    public string this[int index] => index < _names.Length ? _names[index] : index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a text file with one label a line.</summary>
    /// <exception cref="InputFileException">The file cannot be read, holds no labels or is not text.</exception>
    public static Labels Load(string path)
    {
        const long most = 16 << 20;
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > most })
                throw new InputFileException($"Labels '{path}' has more than {most >> 20} MB; a text file with one label a line is expected.");
            string[] lines = [.. Lines(path).Select(line => line.Trim())];
            return lines.All(line => line.Length == 0) ? throw new InputFileException($"Labels '{path}' is empty; a text file with one label a line is expected.")
                : lines.Any(line => line.Contains('\0', StringComparison.Ordinal)) ? throw new InputFileException($"Labels '{path}' is not a text file; one label a line is expected.")
                : Of(lines);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"Labels '{path}' do not exist; give the path of a text file with one label a line, class 0 first.", error);
        }
        catch (Exception error) when (Directory.Exists(path))
        {
            throw new InputFileException($"Labels '{path}' are a folder; give a text file in it with one label a line, class 0 first.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"Labels '{path}' cannot be read: {error.Message} Give a text file with one label a line.", error);
        }
    }

    // Without the empty ones at the end. Bytes that are no UTF-8 would become question marks in names that nobody could then look up.
    private static string[] Lines(string path)
    {
        try
        {
            string text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
            return text.TrimStart('\uFEFF').TrimEnd().ReplaceLineEndings("\n").Split('\n');
        }
        catch (DecoderFallbackException error)
        {
            int line = File.ReadAllBytes(path).AsSpan(0, Math.Max(0, error.Index)).Count((byte)'\n') + 1;
            throw new InputFileException($"Labels '{path}' are not UTF-8 text: line {line} has a byte that is none, as in Latin-1 or a Windows code page; save the file as UTF-8.", error);
        }
    }

    /// <summary>Labels from a list, class 0 first.</summary>
    public static Labels Of(IEnumerable<string> lines) => new([.. lines.Select(line => WordNetId().Replace(line, ""))]);

    /// <summary>
    /// The index of a class given by its number or its label: the whole label or one of its comma-separated synonyms, whatever the case.
    /// </summary>
    /// <param name="label">A number or a label.</param>
    /// <param name="classes">How many classes the model has.</param>
    /// <exception cref="UsageException">There is no such class; the message offers the nearest labels.</exception>
    public int Find(string label, int classes)
    {
        if (TryFind(label, classes) is { } index) return index;
        if (int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            throw new UsageException($"The model has classes 0 to {classes - 1}; there is no class {number}.");
        if (_names.Length == 0)
            throw new UsageException($"Class '{label}' cannot be looked up: the model comes without labels. Give a number from 0 to {classes - 1}, or labels with --labels FILE.");
        string question = NearestNames.Question(label, _names.SelectMany(Synonyms));
        throw new UsageException($"No class is called '{label}'{(question.Length > 0 ? question : $"; give a number from 0 to {classes - 1} or one of the {_names.Length} labels.")}");
    }

    /// <summary>The same, or null if there is no such class.</summary>
    /// <param name="label">A number or a label.</param>
    /// <param name="classes">How many classes the model has.</param>
    public int? TryFind(string label, int classes)
    {
        ArgumentNullException.ThrowIfNull(label);
        if (int.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out int index)) return index < classes ? index : null;
        for (int i = 0; i < _names.Length; i++)
            if (_names[i].Equals(label, StringComparison.OrdinalIgnoreCase)) return i;
        for (int i = 0; i < _names.Length; i++)
            if (Synonyms(_names[i]).Any(name => name.Equals(label, StringComparison.OrdinalIgnoreCase))) return i;
        return null;
    }

    private static string[] Synonyms(string name) => name.Split(',', StringSplitOptions.TrimEntries);

    [GeneratedRegex(@"^n\d{8}\s+")]
    private static partial Regex WordNetId();
}
