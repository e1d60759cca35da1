using Phosphene.Images;

namespace Phosphene.Pages;

/// <summary>A picture on an <see cref="HtmlPage"/>. Caption and note may hold <c>`code`</c> and <c>*emphasis*</c>.</summary>
/// <param name="Picture">The picture; small ones are shown enlarged by a whole factor, pixel by pixel.</param>
/// <param name="Caption">What it shows, in a few words, below it; also what is read to those who do not see it. May be empty.</param>
/// <param name="Note">More about it, in a quieter line, for example a number; null for none.</param>
public sealed record Figure(Picture Picture, string Caption, string? Note = null);
