namespace Phosphene.Syntax;

/// <summary>
/// Which files a text may name. Everywhere else a text names any file, as its author could open it; a text that comes over the network names only what whoever reads it lets it. Every place in which the name
/// of a file is read from a text asks here.
/// </summary>
public static class FileScope
{
    // Of the thread, since a text is read on one from beginning to end.
    [ThreadStatic]
    private static Func<string, string?>? t_find;

    /// <summary>Reads a text, or several, that may name only some files.</summary>
    /// <param name="find">The path of the file that a name stands for; null if the text may not name it.</param>
    /// <param name="read">Reads; on this thread alone.</param>
    /// <exception cref="TextFormatException">A text names another file; the exception says where.</exception>
    public static T Within<T>(Func<string, string?> find, Func<T> read)
    {
        ArgumentNullException.ThrowIfNull(find);
        ArgumentNullException.ThrowIfNull(read);
        Func<string, string?>? outer = t_find;
        t_find = outer is null ? find : throw new InvalidOperationException("Texts are read in one scope of files at a time.");
        try
        {
            return read();
        }
        finally
        {
            t_find = null;
        }
    }

    /// <summary>The path of a file that a text names.</summary>
    /// <param name="name">How it names it.</param>
    /// <param name="scanner">What reads the text.</param>
    /// <param name="position">Where the name begins.</param>
    /// <exception cref="TextFormatException">The text may not name it.</exception>
    internal static string PathOf(string name, Scanner scanner, int position) => t_find is null ? name
        : t_find(name) ?? throw scanner.Error("This text may name no file here but an image that was dropped, by its number.", position);
}
