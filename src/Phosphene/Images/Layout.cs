using System.Collections.Immutable;
using System.Globalization;
using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>How the images of a batch are put into one picture: row by row from the top left, with a little white between them, and what is written below each.</summary>
public sealed record Layout
{
    private const int Gap = 4, Margin = 3;

    private readonly ImmutableArray<string> _captions = [];

    /// <summary>A layout without captions.</summary>
    /// <param name="columns">The images in a row.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public Layout(int columns)
    {
        if (columns < 1) throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"A layout needs at least one image in a row; got {columns}."));
        Columns = columns;
    }

    /// <summary>The images in a row.</summary>
    public int Columns { get; }

    /// <summary>What is written below each image, in the order of the batch; none if there are none. Characters beyond ASCII become question marks.</summary>
    public ImmutableArray<string> Captions
    {
        get => _captions;
        init => _captions = value.IsDefault ? [] : value;
    }

    /// <summary>All images side by side.</summary>
    public static Layout Strip(int images) => new(images);

    /// <summary>As many rows as columns, or one less.</summary>
    public static Layout Grid(int images) => new((int)Math.Ceiling(Math.Sqrt(images)));

    /// <summary>The one picture of several.</summary>
    /// <exception cref="ArgumentException">There are no pictures, they differ in size, or are too large together.</exception>
    public Picture Of(IReadOnlyList<Picture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0 || Captions.IsEmpty) return Picture.Tile(pictures, Columns, Gap);
        int most = Math.Max(1, (pictures[0].Width + 1) / Lettering.Advance);
        IReadOnlyList<string>[] captions = [.. pictures.Select((_, i) => i < Captions.Length ? Lettering.Lines(Captions[i], most) : [])];
        int height = captions.Max(lines => lines.Count) * Lettering.LineHeight + Margin;
        return Picture.Tile([.. pictures.Select((picture, i) => Captioned(picture, captions[i], height))], Columns, Gap);
    }

    private static Picture Captioned(Picture picture, IReadOnlyList<string> lines, int height)
    {
        byte[] bytes = new byte[(picture.Height + height) * picture.Width * picture.Channels];
        picture.Bytes.CopyTo(bytes);
        Span<byte> below = bytes.AsSpan(picture.Bytes.Length);
        below.Fill(255);
        for (int line = 0; line < lines.Count; line++) Lettering.Write(below, picture.Width, picture.Channels, lines[line], Margin + line * Lettering.LineHeight, 0);
        return new Picture(bytes, picture.Height + height, picture.Width, picture.Channels);
    }

    /// <inheritdoc/>
    public bool Equals(Layout? other) => other is not null && Columns == other.Columns && Captions.SequenceEqual(other.Captions);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Columns, Captions.Length);
}
