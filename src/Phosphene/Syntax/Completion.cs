namespace Phosphene.Syntax;

/// <summary>How a text can go on at the cursor.</summary>
/// <param name="Start">Where the word begins that it completes; what stands from there to the cursor is replaced.</param>
/// <param name="Text">What stands there then, for example "jitter(" or "'golden retriever'".</param>
/// <param name="Description">What that is, one sentence.</param>
public sealed record Completion(int Start, string Text, string Description);

/// <summary>Names that a text may speak of, by which it can be completed; they come from the model that it is for.</summary>
/// <param name="Layers">The names of layers.</param>
/// <param name="Classes">The labels of classes.</param>
public sealed record CompletionNames(IReadOnlyList<string> Layers, IReadOnlyList<string> Classes)
{
    /// <summary>No names.</summary>
    public static CompletionNames None { get; } = new([], []);
}
