using System.Buffers.Binary;

namespace Phosphene.Images;

/// <summary>
/// Turns unfiltered rows of any PNG colour type and bit depth into 8-bit pixels: grey without transparency stays grey, everything else becomes
/// RGB, or RGBA if the file has transparency. A sample of d bits becomes the nearest of 256 levels to sample / (2^d - 1).
/// </summary>
internal sealed class PngPixels
{
    private readonly PngHeader _header;
    private readonly byte[] _palette;
    private readonly byte[] _paletteAlpha;
    private readonly int[] _transparent;
    private readonly ushort[] _samples;

    /// <param name="header">The header.</param>
    /// <param name="palette">RGB bytes of the colours; empty unless the colour type is palette.</param>
    /// <param name="transparency">
    /// The data of the tRNS chunk, or null: an alpha for each of the first colours, or the samples of the one transparent colour.
    /// </param>
    public PngPixels(PngHeader header, byte[] palette, byte[]? transparency)
    {
        _header = header;
        _palette = palette;
        bool indexed = header.Color == PngColor.Palette;
        _paletteAlpha = indexed ? transparency ?? [] : [];
        _transparent = indexed || transparency is null ? [] : new int[header.Samples];
        for (int s = 0; s < _transparent.Length; s++) _transparent[s] = BinaryPrimitives.ReadUInt16BigEndian(transparency.AsSpan(2 * s));
        bool alpha = transparency is not null || header.Color is PngColor.GreyAlpha or PngColor.Rgba;
        Channels = alpha ? 4 : header.Color == PngColor.Grey ? 1 : 3;
        _samples = new ushort[header.Width * header.Samples];
    }

    /// <summary>Channels of the pixels: 1, 3 or 4.</summary>
    public int Channels { get; }

    /// <summary>
    /// Writes the first <paramref name="count"/> pixels of a row to <paramref name="output"/> [width, Channels], at columns first, first + step, ...
    /// </summary>
    /// <returns>What is wrong with the row, worded to follow a colon, or null.</returns>
    public string? Unpack(ReadOnlySpan<byte> row, int count, Span<byte> output, int first, int step)
    {
        Span<ushort> samples = _samples.AsSpan(0, count * _header.Samples);
        Split(row, samples);
        for (int i = 0; i < count; i++)
        {
            Span<byte> pixel = output.Slice((first + i * step) * Channels, Channels);
            ReadOnlySpan<ushort> of = samples.Slice(i * _header.Samples, _header.Samples);
            if (_header.Color != PngColor.Palette)
                Direct(of, pixel);
            else if (of[0] * 3 >= _palette.Length)
                return $"a pixel has palette colour {of[0]}, but the palette has only {_palette.Length / 3}";
            else
                Indexed(of[0], pixel);
        }
        return null;
    }

    /// <summary>The samples of a row: 16 bits big-endian, 8 bits, or several to a byte from the highest bits down.</summary>
    private void Split(ReadOnlySpan<byte> row, Span<ushort> samples)
    {
        int depth = _header.BitDepth, mask = (1 << depth) - 1;
        for (int i = 0; i < samples.Length; i++)
        {
            int bit = i * depth;
            samples[i] = depth == 16
                ? BinaryPrimitives.ReadUInt16BigEndian(row[(2 * i)..])
                : (ushort)(row[bit >> 3] >> (8 - depth - (bit & 7)) & mask);
        }
    }

    private void Direct(ReadOnlySpan<ushort> samples, Span<byte> pixel)
    {
        if (Channels == 4)
        {
            bool ownAlpha = _header.Color is PngColor.GreyAlpha or PngColor.Rgba;
            pixel[3] = ownAlpha ? Level(samples[^1]) : IsTransparent(samples) ? (byte)0 : (byte)255;
        }
        bool grey = _header.Color is PngColor.Grey or PngColor.GreyAlpha;
        for (int c = 0; c < Math.Min(3, Channels); c++) pixel[c] = Level(samples[grey ? 0 : c]);
    }

    private void Indexed(int index, Span<byte> pixel)
    {
        _palette.AsSpan(index * 3, 3).CopyTo(pixel);
        if (Channels == 4) pixel[3] = index < _paletteAlpha.Length ? _paletteAlpha[index] : (byte)255;
    }

    private bool IsTransparent(ReadOnlySpan<ushort> samples)
    {
        for (int s = 0; s < samples.Length; s++)
            if (samples[s] != _transparent[s]) return false;
        return true;
    }

    private byte Level(int sample)
    {
        int most = (1 << _header.BitDepth) - 1;
        return _header.BitDepth == 8 ? (byte)sample : (byte)((sample * 255 + most / 2) / most);
    }
}
