namespace Phosphene.Images;

/// <summary>Words why one file is not read.</summary>
/// <param name="Name">What the file is called.</param>
/// <param name="Format">The format it seems to have, for example "PNG".</param>
internal sealed record Refusal(string Name, string Format)
{
    /// <summary>The file is wrong in this way, worded to follow a colon.</summary>
    public ImageFormatException Damaged(string what, Exception? cause = null) => Because(what, "export or download the file again", cause);

    /// <summary>The file is sound, as far as is known, but of a kind that is not read; worded to follow a colon.</summary>
    public ImageFormatException OtherKind(string what) => Because(what, "export it as an ordinary PNG or JPEG");

    /// <summary>The file cannot be read for this reason, with what to do about it.</summary>
    public ImageFormatException Because(string what, string remedy, Exception? cause = null)
    {
        string message = $"Cannot read '{Name}' as {Format}: {what}; {remedy}.";
        return cause is null ? new ImageFormatException(message) : new ImageFormatException(message, cause);
    }
}
