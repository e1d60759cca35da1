using System.Security.Cryptography;
using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>
/// An image that a recipe refers to: the path of its file and, so that no other image takes its place, the SHA-256 of that file.
/// </summary>
public sealed record ImageReference
{
    // More than any image file; what grows without end, such as a device, ends here.
    private const long MaximumBytes = 1L << 30;

    /// <summary>A reference to an image file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="sha256">The SHA-256 of the file, 64 hexadecimal digits; null if it is not known yet.</param>
    /// <exception cref="UsageException">The path is empty, or the SHA-256 is none.</exception>
    public ImageReference(string path, string? sha256 = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0) throw new UsageException("The path of an image is empty; give that of a file.");
        if (sha256 is not null && !TextParameters.IsSha256(sha256)) throw new UsageException($"A SHA-256 is 64 hexadecimal digits; got '{sha256}'.");
        (Path, Sha256) = (path, sha256?.ToLowerInvariant());
    }

    /// <summary>The path of the file, as it was given.</summary>
    public string Path { get; }

    /// <summary>The SHA-256 of the file in lower-case hexadecimal; null if it is not known yet.</summary>
    public string? Sha256 { get; }

    /// <summary>The same reference with the SHA-256 of the file as it is now; itself if it has one.</summary>
    /// <exception cref="InputFileException">The file is missing or cannot be read.</exception>
    public ImageReference Pinned() => Sha256 is null ? new ImageReference(Path, Hash()) : this;

    /// <summary>
    /// The same image where it can be found now: itself if there is a file at its path, otherwise the file of that name in a folder, such as that of a
    /// picture that was made from it.
    /// </summary>
    public ImageReference FoundFrom(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new ImageReference(FilePath.FoundFrom(Path, folder), Sha256);
    }

    /// <summary>The image, if it is still the one that is meant.</summary>
    /// <exception cref="InputFileException">The file is missing, cannot be read, or is another one; the message says what to do.</exception>
    /// <exception cref="ImageFormatException">The file is no image that can be read.</exception>
    public Picture Read()
    {
        if (Sha256 is not null && Hash() is var found && found != Sha256)
            throw new InputFileException($"Image '{Path}' has the SHA-256 {found}, where {Sha256} is expected: it is not the image that the recipe was made with. Put that one there, or beside the picture that carries the recipe.");
        return Reading(() => Picture.Load(Path));
    }

    private string Hash() => Reading(() =>
    {
        using FileStream stream = File.OpenRead(Path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var part = new byte[1 << 16];
        long total = 0;
        for (int read; (read = stream.Read(part)) > 0; hash.AppendData(part, 0, read))
            if ((total += read) > MaximumBytes) throw new InputFileException($"Image '{Path}' has more than {MaximumBytes} bytes; give a smaller image.");
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    });

    private T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"Image '{Path}' does not exist; check its path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = Directory.Exists(Path) ? "it is a folder; give an image in it." : error.Message;
            throw new InputFileException($"Image '{Path}' cannot be read: {what}", error);
        }
    }
}
