using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Phosphene.Syntax;

/// <summary>A file that a recipe or an objective refers to: its path and, so that no other file takes its place, its SHA-256.</summary>
internal sealed record FileReference
{
    // More than any file that is meant; what grows without end, such as a device, ends here.
    private const long MaximumBytes = 1L << 32;

    /// <summary>The word that a path and a SHA-256 stand behind.</summary>
    public const string Word = "file";

    /// <summary>A reference to a file.</summary>
    /// <param name="kind">What errors call it: "Image", "Matrix".</param>
    /// <param name="path">Its path.</param>
    /// <param name="sha256">Its SHA-256, 64 hexadecimal digits; null if it is not known yet.</param>
    /// <exception cref="UsageException">The path is empty, or the SHA-256 is none.</exception>
    public FileReference(string kind, string path, string? sha256)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0) throw new UsageException($"The path of {(kind[0] is 'I' ? "an" : "a")} {kind.ToLowerInvariant()} is empty; give that of a file.");
        if (sha256 is not null && !TextParameters.IsSha256(sha256)) throw new UsageException($"A SHA-256 is 64 hexadecimal digits; got '{sha256}'.");
        (Kind, Path, Sha256) = (kind, path, sha256?.ToLowerInvariant());
    }

    /// <summary>What errors call it.</summary>
    public string Kind { get; }

    /// <summary>The path of the file, as it was given.</summary>
    public string Path { get; }

    /// <summary>The SHA-256 of the file in lower-case hexadecimal; null if it is not known yet.</summary>
    public string? Sha256 { get; }

    /// <summary>The same reference with the SHA-256 of the file as it is now; itself if it has one.</summary>
    /// <exception cref="InputFileException">The file is missing or cannot be read.</exception>
    public FileReference Pinned() => Sha256 is null ? new FileReference(Kind, Path, Hash()) : this;

    /// <summary>The same file where it can be found now: at its path, otherwise under its name in a folder, such as that of a picture that was made from it.</summary>
    public FileReference FoundFrom(string folder) => new(Kind, FilePath.FoundFrom(Path, folder), Sha256);

    /// <summary>What is in the file, if it is still the one that is meant.</summary>
    /// <exception cref="InputFileException">The file is missing, cannot be read, or is another one; the message says what to do.</exception>
    public T Read<T>(Func<string, T> read)
    {
        if (Sha256 is not null && Hash() is var found && found != Sha256)
            throw new InputFileException($"{Kind} '{Path}' has the SHA-256 {found}, where {Sha256} is expected: it is not the one that the recipe was made with. Put that one there, or beside the picture that carries the recipe.");
        return Reading(() => read(Path));
    }

    /// <summary>A file as a parameter, which is read from its path in quotes, or from file('...', '...') with its SHA-256.</summary>
    /// <param name="kind">What errors call such a file.</param>
    /// <param name="name">The name of the parameter.</param>
    /// <param name="description">What it decides.</param>
    public static TextParameter<FileReference> Parameter(string kind, string name, string description) =>
        new(name, description, "file", (scanner, what) => Read(kind, scanner, what), file => file.ToString()) { Colon = Colon.NamesWhatIsKnown };

    /// <summary>Files as a parameter, with commas between them.</summary>
    /// <inheritdoc cref="Parameter"/>
    public static TextParameter<ImmutableArray<FileReference>> Several(string kind, string name, string description) =>
        new(name, description, "files", (scanner, what) => ReadSeveral(kind, scanner, what), files => string.Join(", ", files)) { Colon = Colon.NamesWhatIsKnown, IsList = true };

    private static ImmutableArray<FileReference> ReadSeveral(string kind, Scanner scanner, string what)
    {
        var files = new List<FileReference>();
        do files.Add(Read(kind, scanner, what));
        while (scanner.TakeBetweenItems(','));
        return [.. files];
    }

    /// <summary>Reads a file from text; see <see cref="Parameter"/>.</summary>
    public static FileReference Read(string kind, Scanner scanner, string what)
    {
        int position = scanner.Position;
        bool quoted = scanner.IsAtQuote;
        string? path = quoted ? scanner.Name() : scanner.Unquoted();
        if (!quoted && path == Word && scanner.Take('('))
        {
            path = scanner.IsAtQuote ? scanner.Name() : null;
            string? sha256 = path is not null && scanner.Take(',') ? scanner.Name() ?? "" : null;
            if (sha256 is not null && !TextParameters.IsSha256(sha256)) throw scanner.Error($"A path and a SHA-256, 64 hexadecimal digits, are expected in {Word}(.", position);
            scanner.Expect(')', $"to close {Word}(");
            if (!string.IsNullOrEmpty(path)) return new FileReference(kind, FileScope.PathOf(path, scanner, position), sha256);
        }
        return string.IsNullOrEmpty(path) ? throw scanner.Error($"The path of a file, in quotes, is expected for {what}; found {scanner.Found(position)}.", position) : new FileReference(kind, FileScope.PathOf(path, scanner, position), null);
    }

    /// <summary>The text of a reference, which <see cref="Read(string, Scanner, string)"/> reads back.</summary>
    public override string ToString() => Sha256 is null ? Printed.Quoted(Path) : $"{Word}({Printed.Quoted(Path)}, {Printed.Quoted(Sha256)})";

    private string Hash() => Reading(() =>
    {
        using FileStream stream = File.OpenRead(Path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var part = new byte[1 << 16];
        long total = 0;
        for (int read; (read = stream.Read(part)) > 0; hash.AppendData(part, 0, read))
            if ((total += read) > MaximumBytes) throw new InputFileException($"{Kind} '{Path}' has more than {MaximumBytes} bytes; give a smaller file.");
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
            throw new InputFileException($"{Kind} '{Path}' does not exist; check its path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = Directory.Exists(Path) ? "it is a folder; give a file." : error.Message;
            throw new InputFileException($"{Kind} '{Path}' cannot be read: {what}", error);
        }
        catch (InvalidDataException error)
        {
            throw new InputFileException(error.Message, error);
        }
    }
}
