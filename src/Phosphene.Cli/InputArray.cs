using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Cli;

/// <summary>Reads the arrays that a command is given.</summary>
internal static class InputArray
{
    /// <exception cref="InputFileException">It is no .npy file, damaged, missing or cannot be opened.</exception>
    public static NumberArray Read(string path)
    {
        try
        {
            (Shape shape, float[] values) = NpyFile.Read(path);
            return new NumberArray(shape, values);
        }
        catch (InvalidDataException error)
        {
            throw new InputFileException(error.Message, error);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputFileException($"Array '{path}' does not exist; check its path.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = Directory.Exists(path) ? "it is a folder; give a .npy file in it." : error.Message;
            throw new InputFileException($"Array '{path}' cannot be read: {what}", error);
        }
    }
}
