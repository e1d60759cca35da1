using Phosphene.Images;
using Phosphene.Models;
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
        ArgumentException argument => new Failure(ExitCode.Usage, WithoutParameter(argument)),
        AscentDivergedException or TrainingDivergedException => new Failure(ExitCode.Failed, error.Message),
        IOException or UnauthorizedAccessException => new Failure(ExitCode.Failed, error.Message),
        InsufficientMemoryException => new Failure(ExitCode.Failed, error.Message),
        OutOfMemoryException => new Failure(ExitCode.Failed, $"There is not enough memory for this; {LessMemory(options)}."),
        _ => new Failure(ExitCode.Failed, $"Something unexpected happened, which is a fault of Phosphene; please report it: {error.GetType().Name}: {error.Message}"),
    };

    public void Tell(TextWriter writer)
    {
        writer.WriteLine($"phosphene: {SafeText.Of(Sentence.ReplaceLineEndings(" "))}");
        if (Excerpt is null) return;
        foreach (string line in Excerpt.Split('\n')) writer.WriteLine($"  {SafeText.Of(line)}");
    }

    private static string LessMemory(IEnumerable<string> options) => options.Intersect(["--size", "--batch"]).ToArray() switch
    {
        [] => "close other programs, or use a machine that has more",
        var smaller => $"choose a smaller {string.Join(" or ", smaller)}",
    };

    // The framework adds the name of the method's parameter, which says nothing to the user of a command.
    private static string WithoutParameter(ArgumentException error) =>
        error.ParamName is null ? error.Message : error.Message.Replace($" (Parameter '{error.ParamName}')", "", StringComparison.Ordinal);
}
