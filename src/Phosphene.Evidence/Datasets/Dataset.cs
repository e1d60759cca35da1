using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>Images in an order that is the same each time, each under a name of its own: the files of a folder or of a list, or images that are drawn.</summary>
public abstract class Dataset
{
    /// <summary>What messages call it, such as "folder 'photos'".</summary>
    public abstract string Name { get; }

    /// <summary>The names of the images, in their order.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    /// <summary>Opens the images of a folder, or of a text file that lists them. None is read.</summary>
    /// <exception cref="InputFileException">There is neither, it cannot be read, or there are no images.</exception>
    public static Dataset Open(string path) => File.Exists(path) ? ImageList.Open(path) : ImageFolder.Open(path);

    /// <summary>One of the images, at its own size and upright. It may be called from several threads.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    /// <exception cref="ImageFormatException">The file is no image that is read, or damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public abstract Picture Read(string file);

    /// <summary>The path of an image, to open it; null if it is in no file.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    public virtual string? PathOf(string file) => null;

    /// <summary>The class that an image belongs to; null if nothing says so.</summary>
    /// <param name="file">One of <see cref="Files"/>.</param>
    public virtual string? ClassOf(string file) => null;

    /// <summary>What is said where all images were skipped.</summary>
    internal virtual InputFileException NoneCanBeRead(SkippedImage first) => new($"No image of {Name} can be read; the first, '{first.File}': {first.Reason}");
}
