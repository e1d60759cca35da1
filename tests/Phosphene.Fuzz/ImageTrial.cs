using Phosphene.Images;

namespace Phosphene.Fuzz;

/// <summary>What is done with each broken image: read.</summary>
internal static class ImageTrial
{
    private const int LongestSentence = 600;

    /// <summary>How it ended, in a word. Every exception but the one for images passes through: it is a find.</summary>
    public static string Run(string path)
    {
        try
        {
            Picture picture = Picture.Load(path);
            return picture.Bytes.Length == picture.Height * picture.Width * picture.Channels ? "read" : throw new InvalidOperationException($"The {picture} has {picture.Bytes.Length} bytes.");
        }
        catch (ImageFormatException refusal)
        {
            return Sentence(refusal.Message);
        }
    }

    // A refusal has to be one sentence that names the file and does not command a terminal.
    private static string Sentence(string message) =>
        message.Any(char.IsControl) ? throw new InvalidOperationException($"A message has control characters: {message}")
        : message.Length > LongestSentence ? throw new InvalidOperationException($"A message has {message.Length} characters: {message[..200]}")
        : !message.Contains("mutant", StringComparison.Ordinal) ? throw new InvalidOperationException($"A message does not name the file: {message}")
        : !message.EndsWith('.') || message.Contains(". ", StringComparison.Ordinal) ? throw new InvalidOperationException($"A message is not one sentence: {message}")
        : "refused";
}
