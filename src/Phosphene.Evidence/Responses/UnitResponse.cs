namespace Phosphene.Evidence.Responses;

/// <summary>What a channel of a layer gives for an image at one position.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Value">What it gives.</param>
/// <param name="Row">The row of the position, 0 at the top.</param>
/// <param name="Column">Its column.</param>
/// <param name="Usual">What is usual of it, see <see cref="LayerResponse.UsualOf"/>.</param>
public sealed record UnitResponse(int Channel, float Value, int Row, int Column, float Usual);
