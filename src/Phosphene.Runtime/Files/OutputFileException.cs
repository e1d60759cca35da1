namespace Phosphene.Runtime.Files;

/// <summary>A file that cannot be written: its folder is missing, the disk is full, there is no permission. The message is one sentence that says which and what to do.</summary>
public sealed class OutputFileException : IOException
{
    /// <summary>A file that cannot be written.</summary>
    public OutputFileException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
