using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>
/// An image that a recipe refers to: the path of its file and, so that no other image takes its place, the SHA-256 of that file.
/// </summary>
public sealed record ImageReference
{
    /// <summary>What errors call the file.</summary>
    internal const string Kind = "Image";

    private ImageReference(FileReference file) => File = file;

    /// <summary>A reference to an image file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="sha256">The SHA-256 of the file, 64 hexadecimal digits; null if it is not known yet.</param>
    /// <exception cref="UsageException">The path is empty, or the SHA-256 is none.</exception>
    public ImageReference(string path, string? sha256 = null) : this(new FileReference(Kind, path, sha256))
    {
    }

    /// <summary>The path of the file, as it was given.</summary>
    public string Path => File.Path;

    /// <summary>The SHA-256 of the file in lower-case hexadecimal; null if it is not known yet.</summary>
    public string? Sha256 => File.Sha256;

    internal FileReference File { get; }

    /// <summary>The same reference with the SHA-256 of the file as it is now; itself if it has one.</summary>
    /// <exception cref="InputFileException">The file is missing or cannot be read.</exception>
    public ImageReference Pinned() => Sha256 is null ? Of(File.Pinned()) : this;

    /// <summary>
    /// The same image where it can be found now: itself if there is a file at its path, otherwise the file of that name in a folder, such as that of a
    /// picture that was made from it.
    /// </summary>
    public ImageReference FoundFrom(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return Of(File.FoundFrom(folder));
    }

    /// <summary>The image, if it is still the one that is meant.</summary>
    /// <exception cref="InputFileException">The file is missing, cannot be read, or is another one; the message says what to do.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be read.</exception>
    public Picture Read() => File.Read(Picture.Load);

    internal static ImageReference Of(FileReference file) => new(file);
}
