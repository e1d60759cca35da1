namespace Phosphene.Transforms;

public sealed partial record Pipeline
{
    /// <summary>Reads a pipeline in its text form.</summary>
    public static Pipeline Parse(string text) => throw new NotImplementedException(text);
}
