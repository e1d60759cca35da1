namespace Phosphene.Objectives;

public abstract partial record Objective
{
    /// <summary>Reads an objective in its text form.</summary>
    public static Objective Parse(string text) => throw new NotImplementedException(text);
}
