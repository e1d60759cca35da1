namespace Phosphene.Runtime.Files;

/// <summary>A folder that files are written to.</summary>
public static class OutputFolder
{
    /// <summary>Makes a folder, and those that it is in, where they are not there.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="OutputFileException">It cannot be made; the message names it and says why.</exception>
    public static void Create(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OutputFileException($"Cannot create the folder '{path}': {e.Message} Choose another.", e);
        }
    }
}
