namespace Phosphene.Images;

/// <summary>
/// Separable resampling with a triangle filter: the weight of an input pixel falls linearly from its distance 0 to the filter's radius, which
/// is one input pixel when enlarging and one output pixel when shrinking (that is the antialiasing). The arithmetic is Pillow's for 8-bit
/// images (Resample.c): weights of 22 fractional bits, each of the two passes rounded to 8 bits.
/// </summary>
internal static class TriangleFilter
{
    private const int FractionalBits = 22;

    /// <summary>[height, width, channels] to [height, newWidth, channels].</summary>
    public static byte[] ResizeRows(byte[] source, int height, int width, int channels, int newWidth)
    {
        (int First, int[] Weights)[] taps = Taps(width, newWidth);
        byte[] result = new byte[height * newWidth * channels];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> row = source.AsSpan(y * width * channels, width * channels);
            Span<byte> output = result.AsSpan(y * newWidth * channels, newWidth * channels);
            for (int x = 0; x < newWidth; x++)
            {
                (int first, int[] weights) = taps[x];
                for (int c = 0; c < channels; c++)
                {
                    int sum = 1 << (FractionalBits - 1);
                    for (int k = 0; k < weights.Length; k++) sum += row[(first + k) * channels + c] * weights[k];
                    output[x * channels + c] = Level(sum);
                }
            }
        }
        return result;
    }

    /// <summary>[height, width, channels] to [newHeight, width, channels].</summary>
    public static byte[] ResizeColumns(byte[] source, int height, int width, int channels, int newHeight)
    {
        (int First, int[] Weights)[] taps = Taps(height, newHeight);
        int rowLength = width * channels;
        byte[] result = new byte[newHeight * rowLength];
        int[] sums = new int[rowLength];
        for (int y = 0; y < newHeight; y++)
        {
            (int first, int[] weights) = taps[y];
            Array.Fill(sums, 1 << (FractionalBits - 1));
            for (int k = 0; k < weights.Length; k++)
            {
                ReadOnlySpan<byte> row = source.AsSpan((first + k) * rowLength, rowLength);
                for (int i = 0; i < row.Length; i++) sums[i] += row[i] * weights[k];
            }
            Span<byte> output = result.AsSpan(y * rowLength, rowLength);
            for (int i = 0; i < output.Length; i++) output[i] = Level(sums[i]);
        }
        return result;
    }

    private static byte Level(int sum) => (byte)Math.Clamp(sum >> FractionalBits, 0, 255);

    /// <summary>For each output pixel the first input pixel it reads and the weights from there on, which sum to 1 up to rounding.</summary>
    private static (int First, int[] Weights)[] Taps(int size, int newSize)
    {
        double scale = (double)size / newSize, radius = Math.Max(scale, 1.0);
        var taps = new (int, int[])[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - radius + 0.5)), end = Math.Min(size, (int)(centre + radius + 0.5));
            double[] exact = new double[end - first];
            double total = 0;
            for (int k = 0; k < exact.Length; k++)
                total += exact[k] = Math.Max(0.0, 1.0 - Math.Abs((k + first - centre + 0.5) * (1.0 / radius)));
            taps[i] = (first, Array.ConvertAll(exact, weight => (int)(0.5 + weight / total * (1 << FractionalBits))));
        }
        return taps;
    }
}
