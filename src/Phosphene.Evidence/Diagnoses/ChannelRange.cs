namespace Phosphene.Evidence.Diagnoses;

/// <summary>What a channel gives over all positions of all images.</summary>
/// <param name="Images">How many images there were.</param>
/// <param name="Maximum">The largest activation.</param>
/// <param name="Minimum">The smallest.</param>
/// <param name="Mean">The mean.</param>
/// <param name="Deviation">The standard deviation.</param>
/// <param name="Active">The share of the positions where it is above 0.</param>
public sealed record ChannelRange(int Images, float Maximum, float Minimum, double Mean, double Deviation, double Active);
