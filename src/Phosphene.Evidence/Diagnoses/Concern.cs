namespace Phosphene.Evidence.Diagnoses;

/// <summary>What is the matter with a channel.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Evidence">The number that says so, which <see cref="DiagnosisLimits"/> names for each kind.</param>
/// <param name="Text">The same in a few words.</param>
public sealed record Concern(ConcernKind Kind, double Evidence, string Text);
