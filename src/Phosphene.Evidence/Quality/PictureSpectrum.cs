using Phosphene.Images;

namespace Phosphene.Evidence.Quality;

/// <summary>
/// How the light and dark of a picture is spread over frequencies: the power |F|² of the luma less its mean, F its discrete Fourier transform over both axes, computed in double precision.
/// </summary>
public sealed class PictureSpectrum
{
    private readonly int _height, _width;
    private readonly double[] _values;                               // what it is the spectrum of, [height, width]
    private readonly double[] _power;                                // [height, width / 2 + 1]: the other half is the same, mirrored

    private PictureSpectrum(int height, int width, double[] values, double[] power) => (_height, _width, _values, _power) = (height, width, values, power);

    private int Columns => _width / 2 + 1;

    /// <summary>The spectrum of a picture.</summary>
    public static PictureSpectrum Of(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Of(Lumas(picture), picture.Height, picture.Width);
    }

    /// <summary>The spectrum of numbers [height, width].</summary>
    internal static PictureSpectrum Of(double[] values, int height, int width)
    {
        double mean = values.Average();
        int columns = width / 2 + 1;
        (double Cos, double Sin)[] across = Wave(width), down = Wave(height);
        var rows = new (double Re, double Im)[height * columns];
        Parallel.For(0, height, y =>
        {
            for (int u = 0; u < columns; u++)
            {
                (double re, double im) = (0, 0);
                for (int x = 0, turn = 0; x < width; x++, turn = (turn + u) % width)
                {
                    double value = values[y * width + x] - mean;
                    (re, im) = (re + value * across[turn].Cos, im - value * across[turn].Sin);
                }
                rows[y * columns + u] = (re, im);
            }
        });
        var power = new double[height * columns];
        Parallel.For(0, height, v =>
        {
            for (int u = 0; u < columns; u++)
            {
                (double re, double im) = (0, 0);
                for (int y = 0, turn = 0; y < height; y++, turn = (turn + v) % height)
                {
                    (double a, double b) = rows[y * columns + u];
                    (double cos, double sin) = down[turn];
                    (re, im) = (re + a * cos + b * sin, im + b * cos - a * sin);
                }
                power[v * columns + u] = re * re + im * im;
            }
        });
        return new PictureSpectrum(height, width, values, power);
    }

    /// <summary>The share of the power at frequencies above one in cycles per pixel, from 0 to 1; 0 of a picture without any contrast.</summary>
    /// <param name="frequency">In cycles per pixel: 0.5 is what changes from pixel to pixel.</param>
    public double ShareAbove(double frequency)
    {
        (double above, double all) = (0, 0);
        foreach ((int at, double f, int times) in Frequencies(_height, _width))
        {
            all += times * _power[at];
            if (f > frequency) above += times * _power[at];
        }
        return all > 0 ? above / all : 0;
    }

    /// <summary>The share of the power at high frequencies: above a quarter cycle per pixel.</summary>
    public double HighFrequencies() => ShareAbove(0.25);

    /// <summary>
    /// How much stronger what repeats exactly every 2 or every 4 pixels, across or down, is than what repeats nearly so: the power on the lines of the spectrum at 1/2 and 1/4 cycle per pixel over that on the lines beside
    /// them, at a distance of 2 and 3 lines. 1 is none; strided convolutions and pooling leave more in a picture. Source: the article, "The Enemy of Feature Visualization"; Odena, Dumoulin and Olah 2016.
    /// NaN of a picture of less than 32 pixels on a side, or without any contrast. Rows and columns beyond a multiple of 4 are left out, so that the lines lie on frequencies of the transform.
    /// </summary>
    public double Checkerboard()
    {
        (int rows, int columns) = (_height - _height % 4, _width - _width % 4);
        if (rows < 32 || columns < 32) return double.NaN;
        PictureSpectrum spectrum = (rows, columns) == (_height, _width) ? this : Of([.. Enumerable.Range(0, rows * columns).Select(i => _values[i / columns * _width + i % columns])], rows, columns);
        double on = 0, beside = 0;
        foreach (int period in new[] { 2, 4 })
        {
            on += 4 * (spectrum.Across(columns / period) + spectrum.Down(rows / period));
            foreach (int away in new[] { -3, -2, 2, 3 }) beside += spectrum.Across(columns / period + away) + spectrum.Down(rows / period + away);
        }
        return beside > 0 ? on / beside : double.NaN;
    }

    /// <summary>The mean magnitude |F| of each octave, divided by √(height · width): those below half a cycle per pixel, the lowest first. What <see cref="ImageStatistics.MagnitudeAt"/> gives is comparable.</summary>
    public IReadOnlyList<double> Octaves() => OctaveMeans(_height, _width, i => Math.Sqrt(_power[i] / ((double)_height * _width)));

    /// <summary>The mean of numbers [height, width / 2 + 1], one for each frequency of a half spectrum, over each octave below half a cycle per pixel, the lowest first.</summary>
    internal static double[] OctaveMeans(int height, int width, Func<int, double> number)
    {
        int count = Math.Max(1, (int)Math.Floor(Math.Log2(Math.Min(height, width) / 2.0)));
        double[] sums = new double[count], counts = new double[count];
        foreach ((int at, double frequency, int times) in Frequencies(height, width))
        {
            int octave = frequency > 0.5 ? -1 : count - 1 - (int)Math.Floor(-Math.Log2(2 * frequency) + 1e-9);
            if (octave < 0) continue;
            sums[octave] += times * number(at);
            counts[octave] += times;
        }
        return [.. sums.Zip(counts, (sum, all) => all > 0 ? sum / all : 0)];
    }

    // The place in a half spectrum, the frequency in cycles per pixel, and for how many points of the whole spectrum it stands; that of the mean is left out.
    private static IEnumerable<(int At, double Frequency, int Times)> Frequencies(int height, int width)
    {
        int columns = width / 2 + 1;
        for (int v = 0; v < height; v++)
            for (int u = 0; u < columns; u++)
                if (v + u > 0) yield return (v * columns + u, double.Hypot(Math.Min(v, height - v) / (double)height, u / (double)width), TimesOf(u, width));
    }

    // All frequencies down of one across, counted from 0 to the width; and the other way around. What lies beyond the half is mirrored.
    private double Across(int u) => Enumerable.Range(0, _height).Sum(v => _power[v * Columns + Math.Min(u, _width - u)]);

    private double Down(int v) => Enumerable.Range(0, Columns).Sum(u => _power[v * Columns + u] * TimesOf(u, _width));

    // For how many columns of the whole spectrum one of its half stands: a column that has a mirror image stands for two.
    private static int TimesOf(int column, int width) => column == 0 || 2 * column == width ? 1 : 2;

    private static (double Cos, double Sin)[] Wave(int length) => [.. Enumerable.Range(0, length).Select(t => Math.SinCos(2 * Math.PI * t / length) is var (sin, cos) ? (cos, sin) : default)];

    private static double[] Lumas(Picture picture)
    {
        float[] planar = picture.ToPlanar();
        int pixels = picture.Height * picture.Width;
        return [.. Enumerable.Range(0, pixels).Select(i => (double)Luma.Red * planar[i] + (double)Luma.Green * planar[pixels + i] + (double)Luma.Blue * planar[2 * pixels + i])];
    }
}
