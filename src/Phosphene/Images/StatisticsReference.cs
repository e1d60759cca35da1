using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>
/// Statistics that a recipe refers to: the path of their file (see <see cref="ImageStatistics"/>) and, so that no other takes its place, its SHA-256.
/// </summary>
public sealed record StatisticsReference
{
    private const string Kind = "Statistics";

    private StatisticsReference(FileReference file) => File = file;

    /// <summary>A reference to a file of statistics.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="sha256">The SHA-256 of the file, 64 hexadecimal digits; null if it is not known yet.</param>
    /// <exception cref="UsageException">The path is empty, or the SHA-256 is none.</exception>
    public StatisticsReference(string path, string? sha256 = null) : this(new FileReference(Kind, path, sha256))
    {
    }

    /// <summary>The path of the file, as it was given.</summary>
    public string Path => File.Path;

    /// <summary>The SHA-256 of the file in lower-case hexadecimal; null if it is not known yet.</summary>
    public string? Sha256 => File.Sha256;

    internal FileReference File { get; }

    /// <summary>The same reference with the SHA-256 of the file as it is now; itself if it has one.</summary>
    /// <exception cref="InputFileException">The file is missing or cannot be read.</exception>
    public StatisticsReference Pinned() => Sha256 is null ? new(File.Pinned()) : this;

    /// <summary>The same file where it can be found now: at its path, otherwise under its name in a folder, such as that of a picture that was made with it.</summary>
    public StatisticsReference FoundFrom(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new(File.FoundFrom(folder));
    }

    /// <summary>The statistics, if they are still those that are meant.</summary>
    /// <exception cref="InputFileException">The file is missing, cannot be read, is another one or no statistics; the message says what to do.</exception>
    public ImageStatistics Read() => File.Read(ImageStatistics.Read);

    /// <summary>Statistics as a parameter, which are read from a path in quotes, or from file('...', '...') with its SHA-256.</summary>
    internal static TextParameter<StatisticsReference> Parameter(string name, string description) =>
        new(name, description, "file", (scanner, what) => new StatisticsReference(FileReference.Read(Kind, scanner, what)), statistics => statistics.File.ToString()) { Colon = Colon.NamesWhatIsKnown };

    /// <summary>The same, which need not be given.</summary>
    internal static TextParameter<StatisticsReference?> IfGiven(string name, string description) =>
        new TextParameter<StatisticsReference?>(name, description, "file", (scanner, what) => new StatisticsReference(FileReference.Read(Kind, scanner, what)), statistics => $"{statistics?.File}") { Colon = Colon.NamesWhatIsKnown }.OrNothing();
}
