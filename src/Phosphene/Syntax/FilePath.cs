namespace Phosphene.Syntax;

/// <summary>Where files are that a text refers to.</summary>
internal static class FilePath
{
    /// <summary>A path itself if there is a file, otherwise that of the file of its name in a folder, if there is one.</summary>
    public static string FoundFrom(string path, string folder)
    {
        string beside = Path.Combine(folder, Path.GetFileName(path.Replace('\\', '/')));
        return File.Exists(path) || !File.Exists(beside) ? path : beside;
    }
}
