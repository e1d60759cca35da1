namespace Phosphene.Images;

/// <summary>
/// An image file cannot be read: it is of another format, damaged, or larger than the limits. The message is one sentence that names the
/// file and what is wrong with it. Problems of the disk itself (a missing file, no permission) stay an <see cref="IOException"/>.
/// </summary>
public sealed class ImageFormatException : FormatException
{
    /// <summary>An exception without a message.</summary>
    public ImageFormatException() { }

    /// <summary>An exception whose message names the file and what is wrong.</summary>
    public ImageFormatException(string message) : base(message) { }

    /// <summary>An exception whose message names the file and what is wrong, with its cause.</summary>
    public ImageFormatException(string message, Exception innerException) : base(message, innerException) { }
}
