namespace Phosphene.Syntax;

/// <summary>
/// What was asked for cannot be done as it is: a layer that the model does not have, an objective or a recipe that does not fit it, options that contradict
/// each other. The message is one sentence for the person who asked: what was given, what is expected, what to do. A plain <see cref="ArgumentException"/>, in
/// contrast, is a mistake of the program that calls.
/// </summary>
public class UsageException : ArgumentException
{
    /// <summary>Something that cannot be done as it was asked for.</summary>
    public UsageException(string message, Exception? innerException = null) : base(message, innerException)
    {
    }
}
