namespace Phosphene.Images;

/// <summary>What an image file holds.</summary>
/// <param name="Picture">The pixels, in 8 bits.</param>
/// <param name="Texts">The text chunks of a PNG (tEXt, zTXt, iTXt) in the order of the file; none for other formats.</param>
public sealed record ImageContents(Picture Picture, IReadOnlyList<PngText> Texts);
