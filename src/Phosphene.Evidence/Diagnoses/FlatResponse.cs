namespace Phosphene.Evidence.Diagnoses;

/// <summary>What a channel gives in the middle of an image of one colour: of those that were tried, the one that it gives most for.</summary>
/// <param name="Colour">The colour, by name.</param>
/// <param name="Value">The activation.</param>
public sealed record FlatResponse(string Colour, float Value);
