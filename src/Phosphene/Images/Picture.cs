namespace Phosphene.Images;

/// <summary>
/// An image of Height x Width pixels with 1 (grey), 3 (RGB) or 4 (RGBA, alpha not premultiplied) channels of 8 bits. Its bytes are
/// [Height, Width, Channels], top row first. A picture never changes; every operation returns a new one.
/// </summary>
public sealed partial class Picture
{
    /// <summary>The largest height or width of a picture, in pixels.</summary>
    public const int MaximumSide = 16_384;

    /// <summary>The largest number of pixels of a picture: 64 Mi, for example 8,192 x 8,192.</summary>
    public const int MaximumPixels = 64 << 20;

    private readonly byte[] _bytes;

    /// <summary>A picture of the given size from its bytes [height, width, channels], which are copied.</summary>
    /// <param name="height">Rows, 1 to <see cref="MaximumSide"/>.</param>
    /// <param name="width">Columns, 1 to <see cref="MaximumSide"/>.</param>
    /// <param name="channels">1 (grey), 3 (RGB) or 4 (RGBA).</param>
    /// <param name="bytes">height · width · channels bytes.</param>
    /// <exception cref="ArgumentException">A size is out of range or the number of bytes does not fit it.</exception>
    public Picture(int height, int width, int channels, ReadOnlySpan<byte> bytes) : this(bytes.ToArray(), height, width, channels) { }

    /// <summary>A picture that keeps the array itself; the caller must not write to it afterwards.</summary>
    internal Picture(byte[] bytes, int height, int width, int channels)
    {
        CheckSize(height, width);
        if (channels is not (1 or 3 or 4))
            throw new ArgumentException($"A picture has 1 (grey), 3 (RGB) or 4 (RGBA) channels; got {channels}.", nameof(channels));
        if (bytes.Length != height * width * channels)
            throw new ArgumentException(
                $"A picture of {height} x {width} pixels (height x width) and {channels} channels has "
                + $"{height * width * channels} bytes; got {bytes.Length}.",
                nameof(bytes));
        (_bytes, Height, Width, Channels) = (bytes, height, width, channels);
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Columns.</summary>
    public int Width { get; }

    /// <summary>1 (grey), 3 (RGB) or 4 (RGBA).</summary>
    public int Channels { get; }

    /// <summary>The bytes [Height, Width, Channels].</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>
    /// What <see cref="Save"/> puts into the file where nothing else is given: of a picture that a visualizer made, its recipe. Pictures that are made from others,
    /// by cropping for example, have none, nor have those read from a file.
    /// </summary>
    public IReadOnlyList<PngText> Texts { get; private init; } = [];

    /// <summary>The same picture, with texts; it shares the bytes.</summary>
    public Picture With(IReadOnlyList<PngText> texts) => new(_bytes, Height, Width, Channels) { Texts = texts };

    /// <summary>The bytes [Width, Channels] of row <paramref name="y"/>, 0 at the top.</summary>
    public ReadOnlySpan<byte> Row(int y) => _bytes.AsSpan(y * Width * Channels, Width * Channels);

    /// <summary>For example "224 x 320 RGB picture" (height x width).</summary>
    public override string ToString() => $"{Height} x {Width} {(Channels == 1 ? "grey" : Channels == 3 ? "RGB" : "RGBA")} picture";

    private static void CheckSize(int height, int width)
    {
        if (height is < 1 or > MaximumSide || width is < 1 or > MaximumSide || (long)height * width > MaximumPixels)
            throw new ArgumentException(
                $"A picture has 1 to {MaximumSide} pixels a side and at most {MaximumPixels} in all; got {height} x {width} (height x width).");
    }
}
