namespace Phosphene.Syntax;

/// <summary>A file other than the model and the pictures that cannot be used: labels, a sidecar, a recipe. The message is one sentence.</summary>
public sealed class InputFileException : Exception
{
    /// <summary>A file that cannot be used.</summary>
    public InputFileException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
