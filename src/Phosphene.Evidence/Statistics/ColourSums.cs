using Phosphene.Images;

namespace Phosphene.Evidence.Statistics;

/// <summary>The mean and the covariance of red, green and blue over all pixels of some pictures.</summary>
internal sealed class ColourSums
{
    // Whole numbers of bytes, in which sums and products are exact: 2^63 / 255² is more pixels than there are.
    private readonly long[] _sums = new long[3], _products = new long[9];

    /// <summary>How many pixels there were.</summary>
    public long Count { get; private set; }

    public void Add(Picture picture)
    {
        Picture colours = picture.Channels == 3 ? picture : Picture.FromPlanar(picture.ToPlanar(), 3, picture.Height, picture.Width);
        ReadOnlySpan<byte> bytes = colours.Bytes;
        long r = 0, g = 0, b = 0, rr = 0, gg = 0, bb = 0, rg = 0, rb = 0, gb = 0;
        for (int i = 0; i + 2 < bytes.Length; i += 3)
        {
            int red = bytes[i], green = bytes[i + 1], blue = bytes[i + 2];
            r += red;
            g += green;
            b += blue;
            rr += red * red;
            gg += green * green;
            bb += blue * blue;
            rg += red * green;
            rb += red * blue;
            gb += green * blue;
        }
        Count += bytes.Length / 3;
        foreach ((int channel, long sum) in (ReadOnlySpan<(int, long)>)[(0, r), (1, g), (2, b)]) _sums[channel] += sum;
        foreach ((int entry, long sum) in (ReadOnlySpan<(int, long)>)[(0, rr), (1, rg), (2, rb), (3, rg), (4, gg), (5, gb), (6, rb), (7, gb), (8, bb)]) _products[entry] += sum;
    }

    /// <summary>[3], in [0, 1].</summary>
    public float[] Mean() => [.. _sums.Select(sum => (float)(sum / 255.0 / Count))];

    /// <summary>[3, 3], of values in [0, 1].</summary>
    public float[] Covariance() => [.. _products.Select((product, i) => (float)((product - (double)_sums[i / 3] * _sums[i % 3] / Count) / 255 / 255 / Count))];
}
