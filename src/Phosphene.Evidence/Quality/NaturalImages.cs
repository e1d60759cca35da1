using Phosphene.Evidence.Directions;
using Phosphene.Images;

namespace Phosphene.Evidence.Quality;

/// <summary>How far the colours and the spectrum of a picture are from those of photos.</summary>
/// <param name="statistics">The photos, as they were measured.</param>
public sealed class NaturalImages(ImageStatistics statistics)
{
    private readonly double[] _mean = [.. statistics.Mean.Select(value => (double)value)], _covariance = [.. statistics.Covariance.Select(value => (double)value)];

    /// <summary>Photos of ImageNet's classes: <see cref="ImageStatistics.OfPhotos"/>.</summary>
    public static NaturalImages ImageNet { get; } = new(ImageStatistics.OfPhotos);

    /// <summary>
    /// The distance between the colours of a picture and those of photos, each taken for a normal distribution over red, green and blue in [0, 1] (Fréchet's):
    /// <code>
    /// √(|μ - μ'|² + tr(Σ + Σ' - 2·(Σ^½·Σ'·Σ^½)^½))
    /// </code>
    /// 0 for the same mean and covariance; that of a grey picture without contrast is the spread of photos, 0.47. A single photo has 0.22 in the median of 200.
    /// </summary>
    public double ColourDistance(Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        float[] planar = picture.ToPlanar();
        int pixels = picture.Height * picture.Width;
        double[] mean = [.. Enumerable.Range(0, 3).Select(c => Enumerable.Range(0, pixels).Average(i => (double)planar[c * pixels + i]))], covariance = new double[9];
        for (int i = 0; i < 9; i++)
        {
            double sum = 0;
            for (int p = 0; p < pixels; p++) sum += (planar[i / 3 * pixels + p] - mean[i / 3]) * (planar[i % 3 * pixels + p] - mean[i % 3]);
            covariance[i] = sum / pixels;
        }
        double squares = mean.Zip(_mean, (a, b) => (a - b) * (a - b)).Sum();
        return Math.Sqrt(Math.Max(0, squares + Trace(covariance) + Trace(_covariance) - 2 * RootOfProduct(covariance, _covariance)));
    }

    private static double Trace(double[] matrix) => matrix[0] + matrix[4] + matrix[8];

    // tr (Σ^½·Σ'·Σ^½)^½, by the eigenvalues of both.
    private static double RootOfProduct(double[] a, double[] b)
    {
        (double[] values, Matrix vectors) = SymmetricEigen.Of(Of(a));
        var scaled = new Matrix(3, 3);
        for (int i = 0; i < 3; i++) Matrix.Add(scaled.Row(i), Math.Sqrt(Math.Max(0, values[i])), vectors.Row(i));
        // With the eigenvectors as a basis, Σ^½ is the diagonal of the roots.
        return SymmetricEigen.Of(scaled.Times(Of(b)).TimesTransposed(scaled)).Values.Sum(value => Math.Sqrt(Math.Max(0, value)));

        static Matrix Of(double[] values)
        {
            var matrix = new Matrix(3, 3);
            values.CopyTo(matrix.Values, 0);
            return matrix;
        }
    }

    /// <summary>
    /// The distance between the spectrum of a picture and that of photos: the root mean square over octaves of log10 of the quotient of their mean magnitudes of the luma, in powers of ten. 0 for the same; 1 if every octave is
    /// ten times too strong or too weak. A single photo has 0.14 in the median of 200. An octave without any magnitude counts as a thousandth of that of photos.
    /// </summary>
    public double MagnitudeDistance(Picture picture) => MagnitudeDistance(picture, PictureSpectrum.Of(picture));

    /// <summary>The same of a picture whose spectrum is known.</summary>
    internal double MagnitudeDistance(Picture picture, PictureSpectrum spectrum)
    {
        float[] magnitudes = statistics.MagnitudeAt(1, picture.Height, picture.Width);
        // Statistics tell the magnitudes of the luma in units of its standard deviation.
        double deviation = Luma.Red / statistics.Decorrelation(1)[0];
        double[] natural = PictureSpectrum.OctaveMeans(picture.Height, picture.Width, i => magnitudes[i]);
        return Math.Sqrt(spectrum.Octaves().Zip(natural, (a, b) => Math.Pow(Math.Max(-3, Math.Log10(a / (b * deviation))), 2)).Average());
    }
}
