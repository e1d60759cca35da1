using Phosphene.Runtime.Files;

namespace Phosphene.Images;

public sealed partial class Picture
{
    /// <summary>
    /// Reads a picture from a PNG, JPEG, WebP, GIF, BMP or TIFF file; the extension does not matter. <see cref="ImageReader"/> gives the texts of a PNG too.
    /// </summary>
    /// <exception cref="ImageFormatException">
    /// The file is none of these, is damaged or too large; the message says which, and what it is.
    /// </exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public static Picture Load(string path) => ImageReader.Read(path).Picture;

    /// <summary>
    /// Writes the picture to a PNG file, whole or not at all: an existing file stays as it was if anything fails. Equal pictures and texts
    /// give equal bytes.
    /// </summary>
    /// <param name="path">The file to create or replace.</param>
    /// <param name="texts">Texts to carry along, in this order; see <see cref="PngText"/> for their limits. <see cref="Texts"/> if null; an empty list for none.</param>
    /// <exception cref="ArgumentException">A text is not valid in a PNG.</exception>
    /// <exception cref="OutputFileException">The file cannot be written; the message says why.</exception>
    public void Save(string path, IReadOnlyList<PngText>? texts = null) =>
        AtomicFile.Write(path, stream => PngWriter.Write(stream, this, texts ?? Texts));
}
