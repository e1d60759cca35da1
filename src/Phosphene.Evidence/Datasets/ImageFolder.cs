using System.IO.Enumeration;
using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>
/// The images of a folder and the folders in it, by the extensions of their files, in the order of their paths: the same on every machine. Where they lie in folders, the first of these is their class,
/// as torchvision's ImageFolder has it.
/// </summary>
public sealed class ImageFolder : Dataset
{
    private static readonly string[] s_extensions = [".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"];

    private ImageFolder(string path, string[] files) => (Path, Files) = (path, files);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override string Name => $"folder '{Path}'";

    /// <summary>The images, by their paths in the folder with '/' between the names.</summary>
    public override IReadOnlyList<string> Files { get; }

    /// <summary>Looks for the images of a folder. None is read. A link to a file counts as that file; a link to a folder is not followed, since it may lead back.</summary>
    /// <exception cref="InputFileException">There is no such folder, it cannot be read, or no image is in it.</exception>
    public static new ImageFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string root = System.IO.Path.GetFullPath(path);
        if (!Directory.Exists(root)) throw new InputFileException($"Folder '{path}' {(File.Exists(root) ? "is a file; give a folder of images." : "does not exist; check its path.")}");
        try
        {
            var found = new FileSystemEnumerable<string>(root, (ref entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = 0 })
            {
                ShouldIncludePredicate = (ref entry) => !entry.IsDirectory && IsImage(entry.FileName),
                ShouldRecursePredicate = (ref entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
            };
            string[] files = [.. found.Select(file => System.IO.Path.GetRelativePath(root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
            return files.Length > 0 ? new ImageFolder(path, files) : throw new InputFileException($"Folder '{path}' has no images ({string.Join(", ", s_extensions)}), where at least one is expected.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputFileException($"Folder '{path}' cannot be read: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    public override Picture Read(string file) => Picture.Load(PathOf(file));

    /// <inheritdoc/>
    public override string PathOf(string file) => System.IO.Path.Combine(Path, file);

    /// <inheritdoc/>
    public override string? ClassOf(string file) => file.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? file[..end] : null;

    private static bool IsImage(ReadOnlySpan<char> name)
    {
        foreach (string extension in s_extensions)
            if (name.EndsWith(extension, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
