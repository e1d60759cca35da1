namespace Phosphene.Images;

public sealed partial class Picture
{
    /// <summary>
    /// The picture at another size, by bilinear interpolation that is antialiased when shrinking: byte for byte Pillow's
    /// <c>Image.resize((width, height), Image.BILINEAR)</c>, which the preprocessing of most classifiers is defined by. Colours are weighted by
    /// their alpha.
    /// </summary>
    /// <param name="height">Rows of the result, 1 to <see cref="MaximumSide"/>.</param>
    /// <param name="width">Columns of the result, 1 to <see cref="MaximumSide"/>.</param>
    /// <exception cref="ArgumentException">The size is out of range.</exception>
    public Picture Resize(int height, int width)
    {
        CheckSize(height, width);
        if (height == Height && width == Width) return this;

        byte[] bytes = Channels == 4 ? Alpha.Premultiplied(_bytes) : _bytes;
        if (width != Width) bytes = TriangleFilter.ResizeRows(bytes, Height, Width, Channels, width);
        if (height != Height) bytes = TriangleFilter.ResizeColumns(bytes, Height, width, Channels, height);
        if (Channels == 4) Alpha.Unpremultiply(bytes);
        return new Picture(bytes, height, width, Channels);
    }

    /// <summary>The picture made just large enough, or small enough, to cover a size, and its middle: nothing is distorted, what is too long is cut off.</summary>
    /// <inheritdoc cref="Resize"/>
    public Picture Cover(int height, int width)
    {
        var covering = new Covering(new ImageSize(Height, Width), new ImageSize(height, width));
        return Resize(covering.Resized.Height, covering.Resized.Width).CenterCrop(height, width);
    }

    /// <summary>
    /// The middle <paramref name="height"/> x <paramref name="width"/> pixels. When the margin is odd, half of it is rounded to even, as
    /// torchvision's CenterCrop does.
    /// </summary>
    /// <param name="height">Rows of the result, 1 to <see cref="Height"/>.</param>
    /// <param name="width">Columns of the result, 1 to <see cref="Width"/>.</param>
    /// <exception cref="ArgumentException">The crop is empty or larger than the picture.</exception>
    public Picture CenterCrop(int height, int width)
    {
        if (height < 1 || width < 1 || height > Height || width > Width)
            throw new ArgumentException(
                $"A crop of {height} x {width} (height x width) does not fit in the {this}; "
                + $"give 1 to {Height} rows and 1 to {Width} columns, or resize first.");

        return Crop((int)Math.Round((Height - height) / 2.0), (int)Math.Round((Width - width) / 2.0), height, width);
    }

    /// <summary>A part of the picture.</summary>
    /// <param name="top">Its first row.</param>
    /// <param name="left">Its first column.</param>
    /// <param name="height">Its rows, at least 1.</param>
    /// <param name="width">Its columns, at least 1.</param>
    /// <exception cref="ArgumentException">It is empty or does not lie in the picture.</exception>
    public Picture Crop(int top, int left, int height, int width)
    {
        if (height < 1 || width < 1 || top < 0 || left < 0 || top > Height - height || left > Width - width)
            throw new ArgumentException($"A crop of {height} x {width} (height x width) from row {top} and column {left} on does not lie in the {this}.");
        byte[] bytes = new byte[height * width * Channels];
        for (int y = 0; y < height; y++)
            Row(top + y).Slice(left * Channels, width * Channels).CopyTo(bytes.AsSpan(y * width * Channels));
        return new Picture(bytes, height, width, Channels);
    }

    /// <summary>
    /// A contact sheet: the pictures row by row from the top left, with <paramref name="gap"/> white pixels between them and none around.
    /// Unused cells of the last row are white. If the pictures differ in channels, the sheet has the most channels any of them has.
    /// </summary>
    /// <param name="pictures">At least one picture, all of one height and width.</param>
    /// <param name="columns">Pictures in a row, at least 1; fewer pictures than that make one shorter row.</param>
    /// <param name="gap">White pixels between neighbours, at least 0.</param>
    /// <exception cref="ArgumentException">No picture, differing sizes, or a sheet beyond the size limits.</exception>
    public static Picture Tile(IReadOnlyList<Picture> pictures, int columns, int gap)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        if (pictures.Count == 0) throw new ArgumentException("A contact sheet needs at least one picture.", nameof(pictures));

        Picture first = pictures[0];
        int channels = pictures.Max(picture => picture.Channels);
        columns = Math.Min(columns, pictures.Count);
        int rows = (pictures.Count + columns - 1) / columns;
        long sheetHeight = rows * ((long)first.Height + gap) - gap, sheetWidth = columns * ((long)first.Width + gap) - gap;
        if (sheetHeight > MaximumSide || sheetWidth > MaximumSide || sheetHeight * sheetWidth > MaximumPixels)
            throw new ArgumentException(
                $"{pictures.Count} pictures of {first.Height} x {first.Width} in {columns} columns make a sheet of "
                + $"{sheetHeight} x {sheetWidth} (height x width); "
                + $"at most {MaximumSide} pixels a side and {MaximumPixels} in all fit. Use smaller pictures, or several sheets.");

        int width = (int)sheetWidth;
        byte[] sheet = new byte[(int)sheetHeight * width * channels];
        sheet.AsSpan().Fill(255);
        for (int i = 0; i < pictures.Count; i++)
        {
            Picture picture = pictures[i];
            if (picture.Height != first.Height || picture.Width != first.Width)
                throw new ArgumentException(
                    $"Picture {i} of the contact sheet is a {picture}, but picture 0 is a {first}; resize them to one height and width.",
                    nameof(pictures));
            byte[] cell = picture.WithChannels(channels);
            int top = i / columns * (first.Height + gap), left = i % columns * (first.Width + gap), rowLength = first.Width * channels;
            for (int y = 0; y < first.Height; y++)
                cell.AsSpan(y * rowLength, rowLength).CopyTo(sheet.AsSpan(((top + y) * width + left) * channels));
        }
        return new Picture(sheet, (int)sheetHeight, width, channels);
    }

    /// <summary>The bytes with more channels: grey is repeated, alpha is opaque.</summary>
    private byte[] WithChannels(int channels)
    {
        if (channels == Channels) return _bytes;
        byte[] bytes = new byte[Height * Width * channels];
        for (int i = 0; i < Height * Width; i++)
            for (int c = 0; c < channels; c++)
                bytes[i * channels + c] = c == 3 ? (byte)255 : _bytes[i * Channels + (Channels == 1 ? 0 : c)];
        return bytes;
    }
}
