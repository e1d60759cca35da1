namespace Phosphene.Images;

// Statistics that need no file.
public sealed partial record ImageStatistics
{
    // log₂ of frequencies in cycles per pixel. Past ½ there are only slanted waves, without those along the axes, which are the strongest.
    private static readonly double[] s_octaves = [-7.5, -6, -5, -4, -3, -2, -1.5, -1.25, -1, -0.9, -0.75, -0.5];

    // f times the mean magnitude there, which would be the same everywhere if it fell with 1 / f: three decorrelated channels, and grey.
    private static readonly double[][] s_strengths =
    [
        [0.1911, 0.1478, 0.1247, 0.0996, 0.0786, 0.0584, 0.0457, 0.0376, 0.0299, 0.0217, 0.0184, 0.0129],
        [0.1495, 0.1190, 0.1000, 0.0801, 0.0561, 0.0303, 0.0250, 0.0223, 0.0202, 0.0090, 0.0099, 0.0080],
        [0.1427, 0.1121, 0.0964, 0.0783, 0.0587, 0.0301, 0.0250, 0.0230, 0.0210, 0.0089, 0.0102, 0.0089],
        [0.1916, 0.1476, 0.1249, 0.1001, 0.0806, 0.0607, 0.0471, 0.0385, 0.0303, 0.0227, 0.0191, 0.0133],
    ];

    /// <summary>
    /// Those of 1,000 photos, one of each class of ImageNet, at 224 x 224 pixels, as 'phosphene statistics' measured them: the mean and the covariance of colours, and magnitudes that depend on the frequency alone, not
    /// on the direction. Between 12 frequencies f · magnitude is linear in log f; fitted by least squares, so that the mean over each half octave from 2 cycles per image on is that of the photos within 5 %. A single
    /// frequency of photos may be stronger: of horizontal and vertical waves by half at low frequencies, by several times at the highest ones.
    /// </summary>
    public static ImageStatistics OfPhotos => field ??= MakeOfPhotos();

    private static ImageStatistics MakeOfPhotos()
    {
        const int size = 224, columns = size / 2 + 1;
        float[] magnitudes = new float[4 * size * columns];
        for (int i = 0; i < magnitudes.Length; i++)
        {
            (int channel, int y, int x) = (i / (size * columns), i / columns % size, i % columns);
            double f = double.Hypot(Math.Min(y, size - y), x) / size;
            if (f > 0) magnitudes[i] = (float)(Strength(s_strengths[channel], Math.Log2(f)) / f);
        }
        return new ImageStatistics
        {
            Images = 1000,
            Mean = [0.4910f, 0.4619f, 0.4130f],
            Covariance = [0.07266f, 0.06331f, 0.05747f, 0.06331f, 0.06949f, 0.06571f, 0.05747f, 0.06571f, 0.07603f],
            Size = size,
            Magnitude = magnitudes[..(3 * size * columns)],
            GreyMagnitude = magnitudes[(3 * size * columns)..],
        };
    }

    // Linear between the octaves, and beyond them as at the ends.
    private static double Strength(double[] strengths, double octave)
    {
        int above = Array.FindIndex(s_octaves, known => known >= octave);
        if (above <= 0) return above == 0 ? strengths[0] : strengths[^1];
        double share = (octave - s_octaves[above - 1]) / (s_octaves[above] - s_octaves[above - 1]);
        return strengths[above - 1] + share * (strengths[above] - strengths[above - 1]);
    }
}
