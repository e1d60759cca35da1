using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>Where pictures go. Everything that can be known to be wrong is found before the work, not after it.</summary>
internal static class OutputFile
{
    /// <summary>Makes sure that PNG files can be written beside the given name.</summary>
    /// <exception cref="UsageException">The name does not end in .png, is a folder, or its folder is missing or not writable.</exception>
    public static void Require(string path) => Require(path, ".png", "pictures are written as PNG");

    /// <summary>Makes sure that files of a kind can be written beside the given name.</summary>
    /// <exception cref="UsageException">The name does not end as it should, is a folder, or its folder is missing or not writable.</exception>
    public static void Require(string path, string extension, string why)
    {
        if (!Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase) || Path.GetFileNameWithoutExtension(path).Length == 0)
            throw new UsageException($"'{path}' is not the name of {(extension is ".onnx" or ".html" ? "an" : "a")} {extension[1..].ToUpperInvariant()} file; {why}, so give a name that ends in {extension}.");
        if (Directory.Exists(path)) throw new UsageException($"Cannot write '{path}': it is a folder; give the name of a file in it.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (File.Exists(folder)) throw new UsageException($"Cannot write '{path}': '{folder}' is a file, not a folder; choose another.");
        if (!Directory.Exists(folder)) throw new UsageException($"Cannot write '{path}': the folder '{folder}' does not exist; create it or choose another.");
        Probe(path, folder);
    }

    /// <summary>Makes sure that files can be written in a folder, which is created if it is not there.</summary>
    /// <exception cref="UsageException">It is a file, cannot be created or is not writable.</exception>
    public static void RequireFolder(string path)
    {
        if (path.Length == 0) throw new UsageException("The name of the folder to write to is empty; give the name of a folder.");
        if (File.Exists(path)) throw new UsageException($"Cannot write to '{path}': it is a file; give the name of a folder.");
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Cannot create the folder '{path}' ({error.Message.TrimEnd('.')}); choose another.");
        }
        Probe(path, path);
    }

    private static void Probe(string path, string folder)
    {
        try
        {
            using FileStream probe = new(Path.Combine(folder, $".{Path.GetRandomFileName()}.phosphene.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Cannot write '{path}': no file can be created in '{folder}' ({error.Message.TrimEnd('.')}); choose another folder.");
        }
    }

    /// <summary>The file of one image: the name as it is or, of a batch, with "-0", "-1" and so on before the extension.</summary>
    public static string OfImage(string path, int image, int batch) => batch == 1 ? path : Insert(path, $"-{image}");

    /// <summary>The file of a snapshot: ".step-0048" before the extension, with at least four digits.</summary>
    public static string OfStep(string path, int step) => Insert(path, $".step-{step:0000}");

    /// <summary>The file of a replay: ".replay" before the extension.</summary>
    public static string OfReplay(string path) => Insert(path, ".replay");

    private static string Insert(string path, string part) => $"{path[..^Path.GetExtension(path).Length]}{part}{Path.GetExtension(path)}";
}
