using System.Runtime.InteropServices;

namespace Phosphene.Evidence.Examples;

/// <summary>What a unit gives on an image, as it is compared with others and kept in memory.</summary>
/// <param name="Image">The place of the image in the dataset.</param>
/// <param name="Value">The maximum or the minimum over positions.</param>
/// <param name="Other">The other one of these.</param>
/// <param name="Mean">The mean over positions.</param>
/// <param name="Position">Where the value is: y·width + x. Of several places the first.</param>
/// <param name="Height">The height of the image in its file; at most <see cref="Images.Picture.MaximumSide"/>.</param>
/// <param name="Width">Its width there.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct Candidate(int Image, float Value, float Other, float Mean, int Position, ushort Height, ushort Width);
