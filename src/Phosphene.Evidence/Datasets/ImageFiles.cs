using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>Images that are named one by one, and all those of folders that are named; in the order given.</summary>
public sealed class ImageFiles : Dataset
{
    private ImageFiles(string[] files) => Files = files;

    /// <inheritdoc/>
    public override string Name => $"'{Files[0]}'{(Files.Count > 1 ? $" and {Files.Count - 1} more" : "")}";

    /// <summary>The paths. One may be there several times.</summary>
    public override IReadOnlyList<string> Files { get; }

    /// <summary>Looks for the images. None is read.</summary>
    /// <param name="paths">Files and folders, at least one.</param>
    /// <exception cref="InputFileException">One of them is not there, or a folder has no images.</exception>
    public static ImageFiles Of(IEnumerable<string> paths) => new([.. paths.SelectMany(Expanded)]);

    /// <inheritdoc/>
    public override Picture Read(string file) => Picture.Load(file);

    /// <inheritdoc/>
    public override string PathOf(string file) => file;

    /// <summary>What is wrong with a file that is the only one says enough.</summary>
    internal override InputFileException NoneCanBeRead(SkippedImage first) => Files.Count == 1 ? new InputFileException(first.Reason) : base.NoneCanBeRead(first);

    private static IEnumerable<string> Expanded(string path)
    {
        if (Directory.Exists(path))
        {
            ImageFolder folder = ImageFolder.Open(path);
            return folder.Files.Select(file => Path.Combine(path, file));
        }
        return File.Exists(path) ? [path] : throw new InputFileException($"Image '{path}' does not exist; check its path.");
    }
}
