using System.Security.Cryptography;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Files;
using Phosphene.Syntax;

namespace Phosphene.Studio.Storage;

/// <summary>
/// What a studio keeps on disk: dropped models and images by their own bytes, and how its ascents stand. Names of files in it are made here of digits and of checked names alone, never taken from a page.
/// </summary>
internal sealed class StateFolder : IDisposable
{
    /// <summary>The most bytes of a dropped image.</summary>
    public const long MostImageBytes = 32L << 20;

    /// <summary>The most bytes of a dropped model.</summary>
    public const long MostModelBytes = 640L << 20;

    // Of dropped images, and of pictures of units: the oldest go when a studio is opened, or when an image is dropped.
    private const long MostKept = 2L << 30;

    private const int IdDigits = 16;
    private const string LockFile = "lock", AddressFile = "address";

    private readonly FileStream _lock;

    /// <summary>Opens a folder; makes it if it is not there, for its owner alone.</summary>
    /// <exception cref="OutputFileException">It cannot be made.</exception>
    /// <exception cref="UsageException">Another studio uses it.</exception>
    public StateFolder(string root)
    {
        Root = Path.GetFullPath(root);
        bool isNew = !Directory.Exists(Root);
        OutputFolder.Create(Root);
        _lock = Locked();
        if (isNew && !OperatingSystem.IsWindows()) File.SetUnixFileMode(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (string part in (string[])[Images, Models, Ascents, Pictures])
        {
            OutputFolder.Create(part);
            AtomicFile.Sweep(part);
        }
        Trim(Images);
        Trim(Pictures);
    }

    // Two studios would take each other's ascents.
    private FileStream Locked()
    {
        try
        {
            return new FileStream(Path.Combine(Root, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error) when (error is not (DirectoryNotFoundException or FileNotFoundException))
        {
            string address = Path.Combine(Root, AddressFile), where = File.Exists(address) ? $", at {File.ReadAllText(address)}" : "";
            throw new UsageException($"Another studio is open on the folder '{Root}'{where}. Use that one, or give another folder with --state.", error);
        }
        catch (UnauthorizedAccessException error)
        {
            throw new OutputFileException($"Cannot write into the folder '{Root}': {error.Message} Choose another.", error);
        }
    }

    /// <summary>Notes where the studio listens, for one that finds the folder taken.</summary>
    public void Note(string address) => AtomicFile.Write(Path.Combine(Root, AddressFile), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(address)));

    // What was written longest ago goes.
    private static void Trim(string folder)
    {
        long kept = 0;
        foreach (FileInfo file in new DirectoryInfo(folder).GetFiles("*", SearchOption.AllDirectories).OrderByDescending(file => file.LastWriteTimeUtc))
            if ((kept += file.Length) > MostKept) file.Delete();
    }

    public string Root { get; }

    /// <summary>Where dropped images are.</summary>
    public string Images => Path.Combine(Root, "images");

    /// <summary>Where dropped models are.</summary>
    public string Models => Path.Combine(Root, "models");

    /// <summary>Where it is kept how ascents stand.</summary>
    public string Ascents => Path.Combine(Root, "ascents");

    /// <summary>Where pictures of units are, as sweeps have them.</summary>
    public string Pictures => Path.Combine(Root, "pictures");

    /// <summary>Keeps a dropped image, if it is one: as a PNG of its pixels alone, without what else was in the file.</summary>
    /// <returns>Its name.</returns>
    /// <exception cref="ImageFormatException">The bytes are no image that can be read.</exception>
    public string KeepImage(byte[] bytes, string name)
    {
        using var stream = new MemoryStream(bytes, writable: false);
        Picture picture = ImageReader.Read(stream, name).Picture;
        string id = Convert.ToHexStringLower(SHA256.HashData(bytes))[..IdDigits];
        string path = Path.Combine(Images, $"{id}.png");
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, output => PngWriter.Write(output, picture));
            Trim(Images);
        }
        return id;
    }

    /// <summary>The file of a dropped image; null if there is none of that name. A link that somebody put there is none.</summary>
    public string? ImagePath(string id) => IsId(id) && new FileInfo(Path.Combine(Images, $"{id}.png")) is { Exists: true, LinkTarget: null } file ? file.FullName : null;

    /// <summary>The file that a text from a page names: a dropped image, by its number or by its path, or what is no file but comes with Phosphene; null for any other.</summary>
    public string? FileOf(string name) => EmbeddedModels.Names.Contains(name) ? name : ImagePath(name) ?? (ImagePath(Path.GetFileNameWithoutExtension(name)) is { } path && path == name ? path : null);

    /// <summary>Lets another studio use it.</summary>
    public void Dispose() => _lock.Dispose();

    /// <summary>Whether a name is one that was made here.</summary>
    public static bool IsId(string id) => id.Length == IdDigits && id.All(char.IsAsciiHexDigitLower);
}
