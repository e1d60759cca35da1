using System.Text;
using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>
/// The images that a text file names, in its order: a path on each line, from the folder of the file on, and, if a tab follows, the class. Empty lines and those that begin with # are left out.
/// </summary>
public sealed class ImageList : Dataset
{
    private readonly string _folder;
    private readonly Dictionary<string, string> _classes;

    private ImageList(string path, string[] files, Dictionary<string, string> classes)
    {
        (Path, Files, _classes) = (path, files, classes);
        _folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
    }

    /// <summary>The text file.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string Name => $"list '{Path}'";

    /// <summary>The paths as they stand in the text file.</summary>
    public override IReadOnlyList<string> Files { get; }

    /// <summary>Reads a list. The images themselves are not looked at.</summary>
    /// <exception cref="InputFileException">There is no such file, it is no text, names nothing, or names an image twice.</exception>
    public static new ImageList Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var files = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var classes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string line, int number) in Lines(path).Select((line, i) => (line.Trim(' ', '\r'), i + 1)))
        {
            if (line.Length == 0 || line[0] == '#') continue;
            string[] parts = line.Split('\t', 2, StringSplitOptions.TrimEntries);
            if (!seen.Add(parts[0])) throw new InputFileException($"List '{path}' names '{parts[0]}' again on line {number}; each image is expected once.");
            files.Add(parts[0]);
            if (parts.Length > 1 && parts[1].Length > 0) classes.Add(parts[0], parts[1]);
        }
        return files.Count > 0 ? new ImageList(path, [.. files], classes) : throw new InputFileException($"List '{path}' names no images; the path of one is expected on each line.");
    }

    /// <inheritdoc/>
    public override Picture Read(string file) => Picture.Load(PathOf(file));

    /// <inheritdoc/>
    public override string PathOf(string file) => System.IO.Path.Combine(_folder, file);

    /// <inheritdoc/>
    public override string? ClassOf(string file) => _classes.GetValueOrDefault(file);

    private static string[] Lines(string path)
    {
        try
        {
            string text = File.ReadAllText(path, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            return !text.Contains('\0', StringComparison.Ordinal) ? text.Split('\n') : throw NoText(null);
        }
        catch (DecoderFallbackException error)
        {
            throw NoText(error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"List '{path}' cannot be read: {error.Message}", error);
        }

        InputFileException NoText(Exception? cause) => new($"'{path}' is no list of images: it is not text. Give a folder, or a text file with the path of an image on each line.", cause);
    }
}
