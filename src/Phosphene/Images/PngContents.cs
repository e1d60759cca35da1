namespace Phosphene.Images;

/// <summary>What a PNG file holds.</summary>
/// <param name="Picture">The pixels, in 8 bits.</param>
/// <param name="Texts">The text chunks (tEXt, zTXt, iTXt) in the order of the file.</param>
public sealed record PngContents(Picture Picture, IReadOnlyList<PngText> Texts);
