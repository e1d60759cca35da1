namespace Phosphene.Evidence.Examples;

/// <summary>An image as an example of a unit.</summary>
/// <param name="Kind">Why it is one.</param>
/// <param name="Rank">Its place among those of the kind, from 0.</param>
/// <param name="File">The image, by its name in the dataset.</param>
/// <param name="Value">What the unit gives at the position: its minimum over positions for <see cref="ExampleKind.Bottom"/> and <see cref="ExampleKind.SlightlyNegative"/>, its maximum for the others.</param>
/// <param name="Mean">Its mean over positions.</param>
/// <param name="Y">The row of the position in the layer.</param>
/// <param name="X">Its column.</param>
/// <param name="Crop">What the position sees: a part of the image as it is in its file, upright, in pixels.</param>
public sealed record UnitExample(ExampleKind Kind, int Rank, string File, float Value, float Mean, int Y, int X, (int Top, int Left, int Height, int Width) Crop);
