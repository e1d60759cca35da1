using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>Reads the images that a command is given.</summary>
internal static class InputImage
{
    /// <exception cref="ImageFormatException">It is no image that is read, or damaged.</exception>
    /// <exception cref="InputFileException">The file is missing or cannot be opened.</exception>
    public static ImageContents Read(string path)
    {
        try
        {
            return ImageReader.Read(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"Image '{path}' does not exist; check its path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = Directory.Exists(path) ? "it is a folder; give an image file in it." : error.Message;
            throw new InputFileException($"Image '{path}' cannot be read: {what}", error);
        }
    }
}
