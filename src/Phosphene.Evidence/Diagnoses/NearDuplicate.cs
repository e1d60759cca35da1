namespace Phosphene.Evidence.Diagnoses;

/// <summary>The channel of the same layer that is most like one.</summary>
/// <param name="Channel">The other channel.</param>
/// <param name="Weights">The cosine of their weights.</param>
/// <param name="Correlation">The correlation of their activations over all positions of all images; NaN where one of them is constant.</param>
public sealed record NearDuplicate(int Channel, double Weights, double Correlation);
