using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Images;

/// <summary>
/// What natural images have in common: how their colours vary together, and how strong each frequency is in them on average. Colours are decorrelated by the
/// Cholesky factor L of their covariance, L·Lᵀ: t = L⁻¹·(rgb - mean) has three channels that vary independently, each with variance 1. A file of statistics
/// (.safetensors, type F32) has the arrays
/// <code>
/// mean [3]   covariance [3, 3]   factor [3, 3]   magnitude [3, S, S/2 + 1]   grey_magnitude [1, S, S/2 + 1]   images [1]
/// </code>
/// Source: the article, "Preconditioning and Parameterization" (colours, by Cholesky); Fel et al. 2023, MaCo (magnitudes).
/// </summary>
public sealed partial record ImageStatistics
{
    /// <summary>The number of images that were measured.</summary>
    public required int Images { get; init; }

    /// <summary>The mean of red, green and blue, in [0, 1]: [3].</summary>
    public required IReadOnlyList<float> Mean { get; init; }

    /// <summary>The covariance of red, green and blue: [3, 3], row-major.</summary>
    public required IReadOnlyList<float> Covariance { get; init; }

    /// <summary>The height and width S of the images whose magnitudes were measured, in pixels.</summary>
    public required int Size { get; init; }

    /// <summary>The mean magnitude of each frequency of the decorrelated colours, |rfft2| / S: [3, S, S / 2 + 1], rows and columns as in numpy.fft.rfft2.</summary>
    public required IReadOnlyList<float> Magnitude { get; init; }

    /// <summary>The same of grey images, of their luma less its mean and divided by its standard deviation: [1, S, S / 2 + 1].</summary>
    public required IReadOnlyList<float> GreyMagnitude { get; init; }

    /// <summary>The Cholesky factor L of the covariance, lower triangular: [3, 3], row-major.</summary>
    public IReadOnlyList<float> Factor => Cholesky(Covariance);

    /// <summary>
    /// What takes the difference of red, green and blue from their mean to channels that vary independently with variance 1: L⁻¹, [3, 3], for colours; for grey their luma divided by its
    /// standard deviation, [1, 3].
    /// </summary>
    /// <param name="channels">1 for grey, 3 for colours.</param>
    /// <exception cref="UsageException">There are other channels than these.</exception>
    public float[] Decorrelation(int channels)
    {
        RequireKnown(channels);
        if (channels == 1)
        {
            float[] luma = [Luma.Red, Luma.Green, Luma.Blue];
            double variance = Enumerable.Range(0, 9).Sum(i => (double)luma[i / 3] * luma[i % 3] * Covariance[i]);
            return [.. luma.Select(weight => (float)(weight / Math.Sqrt(variance)))];
        }
        IReadOnlyList<float> l = Factor;
        double a = 1.0 / l[0], b = 1.0 / l[4], c = 1.0 / l[8];
        return [(float)a, 0, 0, (float)(-l[3] * a * b), (float)b, 0, (float)((l[3] * l[7] - l[6] * l[4]) * a * b * c), (float)(-l[7] * b * c), (float)c];
    }

    /// <summary>
    /// The magnitudes of images of a size, |rfft2| / √(height · width): [channels, height, width / 2 + 1] for an even width. Natural images have magnitudes of about 1 / f at the
    /// frequency f, so it is f times the magnitude that is interpolated, linearly in cycles per pixel between the four frequencies around; what is below the lowest that was measured is as
    /// its neighbours say. The mean, at frequency 0, is 0.
    /// </summary>
    /// <param name="channels">1 for grey, 3 for colours.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="width">The width in pixels.</param>
    /// <exception cref="UsageException">There are other channels than these.</exception>
    public float[] MagnitudeAt(int channels, int height, int width)
    {
        RequireKnown(channels);
        IReadOnlyList<float> measured = channels == 1 ? GreyMagnitude : Magnitude;
        int columns = width / 2 + 1, known = Size / 2 + 1;
        var resampled = new float[channels * height * columns];
        Parallel.For(0, height, y =>
        {
            double fy = (y <= height / 2 ? y : y - height) / (double)height;
            for (int x = 0; x < columns; x++)
            {
                double fx = x / (double)width, f = double.Hypot(fy, fx);
                if (f == 0) continue;
                double row = fy * Size, column = Math.Min(fx * Size, known - 1);
                (double top, double left) = (Math.Floor(row), Math.Min(Math.Floor(column), Math.Max(0, known - 2)));
                for (int channel = 0; channel < channels; channel++)
                {
                    double sum = 0, weights = 0;
                    for (int dy = 0; dy <= 1; dy++)
                        for (int dx = 0; dx <= 1; dx++)
                        {
                            double weight = (1 - Math.Abs(row - top - dy)) * (1 - Math.Abs(column - left - dx));
                            if (weight <= 0 || (top + dy == 0 && left + dx == 0)) continue;
                            int at = ((int)top + dy + 2 * Size) % Size, beside = Math.Min((int)left + dx, known - 1);
                            double there = double.Hypot(Math.Min(at, Size - at), beside) / Size;
                            sum += weight * there * measured[(channel * Size + at) * known + beside];
                            weights += weight;
                        }
                    resampled[(channel * height + y) * columns + x] = (float)(sum / (weights * f));
                }
            }
        });
        return resampled;
    }

    /// <summary>Writes a file of statistics, whole or not at all.</summary>
    /// <exception cref="Runtime.Files.OutputFileException">The file cannot be written; the message says why.</exception>
    public void Save(string path)
    {
        int columns = Size / 2 + 1;
        SafetensorsFile.Write(path,
            ("mean", new Shape(3), Mean.ToArray()),
            ("covariance", new Shape(3, 3), Covariance.ToArray()),
            ("factor", new Shape(3, 3), Factor.ToArray()),
            ("magnitude", new Shape(3, Size, columns), Magnitude.ToArray()),
            ("grey_magnitude", new Shape(1, Size, columns), GreyMagnitude.ToArray()),
            ("images", new Shape(1), new float[] { Images }));
    }

    /// <summary>Reads a file of statistics.</summary>
    /// <exception cref="InputFileException">It has no statistics; the message says what is wrong.</exception>
    /// <exception cref="InvalidDataException">It is no .safetensors file, or damaged.</exception>
    /// <exception cref="IOException">The file is missing or cannot be opened.</exception>
    public static ImageStatistics Read(string path)
    {
        SafetensorsFile file = SafetensorsFile.Open(path);
        int size = file.Shapes.TryGetValue("magnitude", out Shape? shape) && shape.Rank == 3 && shape[1] >= 1 ? shape[1] : throw Error(path, "has no array 'magnitude' [3, S, S/2 + 1]");
        var statistics = new ImageStatistics
        {
            Images = (int)Array("images", new Shape(1))[0],
            Mean = Array("mean", new Shape(3)),
            Covariance = Array("covariance", new Shape(3, 3)),
            Size = size,
            Magnitude = Array("magnitude", new Shape(3, size, size / 2 + 1)),
            GreyMagnitude = Array("grey_magnitude", new Shape(1, size, size / 2 + 1)),
        };
        return statistics.Factor.All(float.IsFinite) ? statistics : throw Error(path, "has a covariance that is none of colours that vary in three ways");

        float[] Array(string name, Shape expected)
        {
            if (!file.Shapes.TryGetValue(name, out Shape? found) || found != expected) throw Error(path, $"has {(found is null ? "no array" : $"{found} as")} '{name}', where {expected} is expected");
            float[] values = file.Read(name);
            int wrong = System.Array.FindIndex(values, value => !float.IsFinite(value) || (name.EndsWith("magnitude", StringComparison.Ordinal) && value < 0));
            return wrong < 0 ? values : throw Error(path, $"has {values[wrong]} as number {wrong} of '{name}', where finite ones are expected, and magnitudes of at least 0");
        }
    }

    private static void RequireKnown(int channels)
    {
        if (channels is not (1 or 3)) throw new UsageException($"Statistics of photos are of grey or of red, green and blue; the model takes images of {channels} channels. Choose another parameterization.");
    }

    private static InputFileException Error(string path, string what) => new($"Statistics '{path}' {what}; give a file that 'phosphene statistics' wrote.");

    // The lower triangular L with L·Lᵀ = the symmetric matrix [3, 3]; not finite if there is none.
    private static float[] Cholesky(IReadOnlyList<float> matrix)
    {
        var factor = new double[9];
        for (int row = 0; row < 3; row++)
            for (int column = 0; column <= row; column++)
            {
                double rest = matrix[3 * row + column];
                for (int k = 0; k < column; k++) rest -= factor[3 * row + k] * factor[3 * column + k];
                factor[3 * row + column] = row == column ? Math.Sqrt(rest > 0 ? rest : double.NaN) : rest / factor[4 * column];
            }
        return [.. factor.Select(value => (float)value)];
    }
}
