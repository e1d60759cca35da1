using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Parameterizations;

/// <summary>
/// An image whose frequencies are as strong as those of photos, so that only their phases can change:
/// <code>
/// image = sigmoid(s · C · u),  u = irfft2(r · (cos φ + i · sin φ))
/// </code>
/// with the mean magnitudes r of the photos in decorrelated colours (<see cref="ImageStatistics.MagnitudeAt"/>), the Cholesky factor C of their colours, and a scale s that makes the
/// root mean square of what the sigmoid takes <see cref="Contrast"/>, as long as the channels are independent. No ascent can make high frequencies of it that photos do not have. The phases φ
/// [N, C, H, ⌊W / 2⌋ + 1] start evenly around the circle. A real image has opposite phases at opposite frequencies; where both are in the spectrum, in its first column and the last of an even
/// width, the phase is φ less that of the opposite frequency, so that the magnitudes are exactly r.
/// Source: Fel et al., Unlocking Feature Visualization for Deeper Networks with MAgnitude Constrained Optimization, 2023. The scale, and the start around the whole circle, are our own.
/// </summary>
/// <param name="Statistics">The photos, a file that 'phosphene statistics' wrote; null for <see cref="ImageStatistics.OfPhotos"/>.</param>
/// <param name="Contrast">How far the image is from grey, as a root mean square before the sigmoid.</param>
/// <param name="Transparent">
/// Whether the picture is saved with transparency: pixels are as opaque as they have been important (<see cref="ParameterizedImage.Opacity"/>), wholly from the 80th percentile on, as MaCo shows them. Phases move everything at
/// once, so that what has no influence is not grey but noise.
/// </param>
/// <param name="Standardize">
/// Whether phases start as standard normal numbers and are kept to mean 0 and standard deviation 1 in each image, as in MaCo's code. Then they gather around 0, and something bright stays in the corners.
/// </param>
public sealed record Maco(StatisticsReference? Statistics = null, float Contrast = Maco.UsualContrast, bool Transparent = true, bool Standardize = false) : IParameterization
{
    /// <summary>
    /// The contrast that looks natural. Photos have 1.75, but most of that in a few dark and bright places; an image with only the magnitudes of photos has it everywhere.
    /// </summary>
    public const float UsualContrast = 1.2f;

    private const float Percentile = 0.8f;
    private const int Halvings = 24;                                 // to the precision of a float
    private const float Nothing = 1e-30f;                            // as good as 0, and yet something to divide by
    private const float Least = 1e-10f;                              // keeps the division by the standard deviation finite

    /// <inheritdoc/>
    /// <exception cref="InputFileException">The file of the statistics is missing, is no such file, or is another than the one whose SHA-256 is given.</exception>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ImageStatistics statistics = Statistics?.Read() ?? ImageStatistics.OfPhotos;
        float[] colours = Colour.MatrixOf(statistics);
        float[] magnitudes = statistics.MagnitudeAt(image.Channels, image.Height, image.Width);
        var shape = new Shape(image.Batch, image.Channels, image.Height, image.Width / 2 + 1);
        var phases = new Tensor(new Parameter(shape, () => Start(shape, seed), "phases"));
        Tensor waves = Waves(Standardize ? phases.Standardize(1, Least) : phases, magnitudes, image.Width);
        return new ParameterizedImage((Scale(image, magnitudes, colours) * Colour.Correlate(waves, colours)).Sigmoid(), new ImageParameter(phases))
        {
            // Phases of a picture do not have the mean and the deviation that standardized ones are brought to.
            Inverse = Standardize ? null : picture => [Phases(picture, colours)],
            Opacity = Transparent ? importance => Opaque(importance) : null,
        };
    }

    /// <inheritdoc/>
    public IParameterization Pinned() => this with { Statistics = Statistics?.Pinned() };

    /// <inheritdoc/>
    public IParameterization FoundFrom(string folder) => this with { Statistics = Statistics?.FoundFrom(folder) };

    /// <summary>u: the decorrelated channels [N, C, H, width] of phases [N, C, H, ⌊width / 2⌋ + 1], with magnitudes of that shape but for N, divided by √(H · width).</summary>
    internal static Tensor Waves(Tensor phases, float[] magnitudes, int width)
    {
        Shape s = phases.Shape;
        Tensor angles = Opposed(phases, width), strengths = Tensor.Constant(new Shape(s.Channels, s.Height, s.Width), magnitudes) * MathF.Sqrt(s.Height * width);
        var part = new Shape([1, .. s.Extents]);
        return new Tensor(new InverseRealFourier(width), Tensor.Concat(0, (strengths * angles.Cos()).Reshape(part), (strengths * angles.Sin()).Reshape(part)));
    }

    // The phases of a real image: in the columns that are their own mirror image, each less the opposite one.
    private static Tensor Opposed(Tensor phases, int width)
    {
        int rows = phases.Shape.Height, last = width % 2 == 0 ? 1 : 0, inner = phases.Shape.Width - 1 - last;
        int[] opposite = [.. Enumerable.Range(0, rows).Select(row => (rows - row) % rows)];
        var columns = new List<Tensor> { Own(0) };
        if (inner > 0) columns.Add(phases.Slice(3, 1, inner));
        if (last > 0) columns.Add(Own(1 + inner));
        return Tensor.Concat(3, [.. columns]);

        Tensor Own(int column)
        {
            Tensor own = phases.Slice(3, column, 1);
            return own - own.Pick(2, opposite);
        }
    }

    // Importance [N, 1, H, W], smoothed against single pixels, divided by its 80th percentile over each image, at most 1. The percentile is found by halving.
    private static Tensor Opaque(Tensor sum)
    {
        Tensor importance = sum.AveragePool(new Window(5, 5, Top: 2, Left: 2, Bottom: 2, Right: 2));
        Tensor most = importance.MaxOver(1, 2, 3), low = most * 0f, high = most;
        for (int halving = 0; halving < Halvings; halving++)
        {
            Tensor middle = 0.5f * (low + high), isBelow = importance.GreaterThan(middle).MeanOver(1, 2, 3).GreaterThan(1 - Percentile);
            (low, high) = (Tensor.Where(isBelow, middle, low), Tensor.Where(isBelow, high, middle));
        }
        return (importance / Tensor.Max(high, Tensor.Constant(Nothing))).Clip(0, 1);
    }

    private float[] Start(Shape shape, ulong seed)
    {
        var stream = new RandomStream(seed, 0, "phases");
        if (Standardize) return stream.Normals(shape.Count, 1);
        var start = new float[shape.Count];
        for (int i = 0; i < start.Length; i++) start[i] = 2 * MathF.PI * stream.Uniform(i);
        return start;
    }

    // s: by Parseval's theorem, all columns but the first and the last of an even width stand for two.
    private float Scale(Shape image, float[] magnitudes, float[] colours)
    {
        int columns = image.Width / 2 + 1, channels = image.Channels;
        double square = 0;
        for (int channel = 0; channel < channels; channel++)
        {
            double variance = 0;
            for (int i = 0; i < image.Height * columns; i++)
                variance += (i % columns == 0 || 2 * (i % columns) == image.Width ? 1 : 2) * Math.Pow(magnitudes[channel * image.Height * columns + i], 2);
            double norm = Enumerable.Range(0, channels).Sum(row => channels == 1 ? 1 : Math.Pow(colours[channels * row + channel], 2));
            square += norm * variance / ((double)image.Height * image.Width) / channels;
        }
        return square > 0 ? (float)(Contrast / Math.Sqrt(square)) : 0;
    }

    // The phases of a picture: the angle of x + i·y is atan(y / x), and π more or less where x is negative, as y is positive or negative. In the symmetric columns it is half of that, since the opposite
    // frequency has the other half.
    private static Tensor Phases(Tensor picture, float[] colours)
    {
        int width = picture.Shape.Width, columns = width / 2 + 1;
        Tensor spectrum = new(new InverseRealFourierGradient(), Colour.Decorrelate(Colour.Logit(picture), colours));
        var part = new Shape(spectrum.Shape.Extents[1..]);
        Tensor x = spectrum.Slice(0, 0, 1).Reshape(part), y = spectrum.Slice(0, 1, 1).Reshape(part), zero = Tensor.Constant(0);
        Tensor isNothing = 1f - x.Abs().GreaterThan(Nothing), angle = (y / (x + Nothing * isNothing)).Atan() + zero.GreaterThan(x) * (1f - 2f * zero.GreaterThan(y)) * MathF.PI;
        float[] shares = [.. Enumerable.Range(0, columns).Select(column => column == 0 || 2 * column == width ? 0.5f : 1)];
        return angle * Tensor.Constant(new Shape(columns), shares);
    }
}
