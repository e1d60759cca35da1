using Phosphene.Images;
using Phosphene.Runtime.Files;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Training;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene.Cli;

/// <summary>How a command failed: the exit code, and what to tell the user. The one place where exceptions become both.</summary>
/// <param name="Code">See <see cref="ExitCode"/>.</param>
/// <param name="Sentence">What went wrong and what to do.</param>
/// <param name="Excerpt">Lines that show the place in a text; null if there is none.</param>
internal sealed record Failure(int Code, string Sentence, string? Excerpt = null)
{
    /// <param name="error">What was thrown.</param>
    /// <param name="options">The options of the command that ran, of which only those are named that it has.</param>
    public static Failure Of(Exception error, IEnumerable<string> options) => error switch
    {
        TextFormatException text => new Failure(ExitCode.Usage, text.Message, text.Excerpt),
        ModelFormatException model => new Failure(ExitCode.Model, model.Message),
        InputFileException { InnerException: TextFormatException text } => new Failure(ExitCode.InputFile, error.Message, text.Excerpt),
        InputFileException or ImageFormatException => new Failure(ExitCode.InputFile, error.Message),
        UsageException => new Failure(ExitCode.Usage, error.Message),
        AscentDivergedException or TrainingDivergedException or OutputFileException or InsufficientMemoryException => new Failure(ExitCode.Failed, error.Message),
        OutOfMemoryException => new Failure(ExitCode.Failed, $"There is not enough memory for this; {LessMemory(options)}."),
        EndOfStreamException or FileLoadException => Fault(error),
        // Of the system, where nobody expected it.
        IOException or UnauthorizedAccessException => new Failure(ExitCode.Failed,
            $"A file could not be read or written: {error.Message.TrimEnd('.')}. If nothing is wrong with the file, its folder and the disk, please report it."),
        _ => Fault(error),
    };

    public void Tell(TextWriter writer)
    {
        writer.WriteLine($"phosphene: {SafeText.Of(Sentence.ReplaceLineEndings(" "))}");
        if (Excerpt is null) return;
        foreach (string line in Excerpt.Split('\n')) writer.WriteLine($"  {SafeText.Of(line)}");
    }

    // Whatever the library did not throw to be read by the user: an argument out of range, a null, an arithmetic overflow.
    private static Failure Fault(Exception error) =>
        new(ExitCode.Failed, $"Something unexpected happened, which is a fault of Phosphene; please report it: {error.GetType().Name}: {error.Message}");

    private static string LessMemory(IEnumerable<string> options) => options.Intersect(["--size", "--batch"]).ToArray() switch
    {
        [] => "close other programs, or use a machine that has more",
        var smaller => $"choose a smaller {string.Join(" or ", smaller)}",
    };
}
