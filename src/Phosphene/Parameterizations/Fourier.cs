using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Parameterizations;

/// <summary>
/// The image as a spectrum whose frequencies have equal energy, in decorrelated colours:
/// <code>
/// image = sigmoid(u · min(1, Contrast / √mean(u²))),  u = C · irfft2(scale · spectrum) / 4,  scale = √(H·W) / max(f, 1 / max(H, W))^Decay
/// </code>
/// with f the frequency in cycles per pixel and C the colour matrix. The spectrum [2, N, C, H, ⌈W / 2⌉ + 1] starts as noise of the given standard
/// deviation; of an odd width, one more column is computed and cut off. Steepest ascent in it favours no frequency, where in pixels it favours the highest.
/// Source: the article, "Preconditioning and Parameterization"; Lucid's fft_image, whose constants these are. The limit of the contrast is our own.
/// </summary>
/// <param name="StandardDeviation">Of each real and imaginary part at the start.</param>
/// <param name="Decay">How strongly low frequencies dominate: 1 is the spectrum of natural images.</param>
/// <param name="Decorrelate">Whether the channels are decorrelated colours (RGB images only).</param>
/// <param name="Contrast">
/// The most that the root mean square of u may be over an image, its distance from grey; 0 for no limit. What small inputs and early layers look for grows with
/// the contrast without end, and an ascent without limit ends in black and white. A start with more contrast keeps its own.
/// </param>
/// <param name="Statistics">Photos whose colours are the decorrelated ones: C is the Cholesky factor of their covariance. Null for those of ImageNet, Lucid's constants.</param>
/// <param name="Exact">
/// Whether the contrast is exactly that, from the first step on: image = sigmoid(u · Contrast / √mean(u²)). Then only the direction of the spectrum counts and not its length, so that how far a step of an optimizer turns the image
/// is its length over that of the spectrum: weight decay (<c>adamw</c>) keeps that from falling as the spectrum grows. A start from an image has the contrast of that.
/// </param>
public sealed record Fourier(float StandardDeviation = 0.01f, float Decay = 1, bool Decorrelate = true, float Contrast = 0, StatisticsReference? Statistics = null, bool Exact = false) : IParameterization
{
    /// <summary>
    /// The contrast of photos: √mean(u²) with u = log(x / (1 - x)) is 1.73 on average over 60 photos of ImageNet's classes at 224 x 224 pixels. Pictures of
    /// GoogLeNet's units after 512 steps have 1.06 to 1.54.
    /// </summary>
    public const float ContrastOfPhotos = 1.75f;

    // Below this mean square an image is grey, and has no contrast that could be made larger.
    private const float Grey = 1e-12f;

    // Lucid's magic number, which makes the start as flat as a trained eye wants it.
    private const float Damping = 4;

    /// <inheritdoc/>
    /// <exception cref="InputFileException">The file of the statistics is missing, is no such file, or is another than the one whose SHA-256 is given.</exception>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Statistics is not null && (!Decorrelate || image.Channels is not (1 or 3)))
            throw new UsageException($"Statistics tell which colours are decorrelated, and {(Decorrelate ? $"images of {image.Channels} channels have none of them" : "decorrelate: false takes none")}; leave statistics out.");
        ImageParameter spectrum = Start(image, seed);
        return new ParameterizedImage(Image(spectrum.Values, image.Width), spectrum) { Inverse = picture => [Spectrum(picture)] };
    }

    /// <summary>The image [N, C, H, Width] of a spectrum [2, N, C, H, ⌈Width / 2⌉ + 1].</summary>
    public Tensor Image(Tensor spectrum, int width) => Shown(Waves(spectrum, width));

    /// <summary>The spectrum that images of a shape [N, C, H, W] start from.</summary>
    internal ImageParameter Start(Shape image, ulong seed, string name = "spectrum")
    {
        Shape shape = SpectrumOf(image);
        return new ImageParameter(new Tensor(new Parameter(shape, () => new RandomStream(seed, 0, name).Normals(shape.Count, StandardDeviation), name)), batchAxis: 1);
    }

    /// <summary>The shape of the spectrum of images [N, C, H, W].</summary>
    internal static Shape SpectrumOf(Shape image) => new(2, image.Batch, image.Channels, image.Height, Columns(image.Width));

    /// <summary>irfft2(scale · spectrum) / 4: [N, C, H, Width].</summary>
    internal Tensor Waves(Tensor spectrum, int width)
    {
        ArgumentNullException.ThrowIfNull(spectrum);
        int height = spectrum.Shape[3];
        Tensor scaled = spectrum * Tensor.Constant(new Shape(height, Columns(width)), Scale(height, width));
        return new Tensor(new InverseRealFourier(width + width % 2), scaled).Slice(3, 0, width) / Damping;
    }

    /// <summary>The image of waves: colours, the limit of the contrast and the sigmoid.</summary>
    internal Tensor Shown(Tensor waves) => Limited(Decorrelate ? Colour.Correlate(waves, Colour.MatrixOf(Statistics)) : waves).Sigmoid();

    /// <summary>
    /// The spectrum of which an image [N, C, H, W] in [0, 1] is made: the inverse of <see cref="Image"/>, but for values too near 0 and 1 and images with more
    /// contrast than there may be.
    /// </summary>
    public Tensor Spectrum(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        (int height, int width) = (image.Shape.Height, image.Shape.Width);
        Tensor logits = Colour.Logit(image), pixels = Damping * (Decorrelate ? Colour.Decorrelate(logits, Colour.MatrixOf(Statistics)) : logits);
        // Of an odd width, any column may follow: it is cut off again. The last one repeated adds no edge.
        if (width % 2 == 1) pixels = Tensor.Concat(3, pixels, pixels.Slice(3, width - 1, 1));
        int even = width + width % 2, columns = Columns(width);
        // The transform is its own inverse's adjoint but for a factor: all columns of the half spectrum but the first and the last stand for two.
        float[] factors = [.. Scale(height, width).Select((scale, i) => (float)((double)height * even / (scale * (i % columns == 0 || i % columns == even / 2 ? 1 : 2))))];
        return new Tensor(new InverseRealFourierGradient(), pixels) * Tensor.Constant(new Shape(height, columns), factors);
    }

    /// <inheritdoc/>
    public IParameterization Pinned() => Statistics is null ? this : this with { Statistics = Statistics.Pinned() };

    /// <inheritdoc/>
    public IParameterization FoundFrom(string folder) => Statistics is null ? this : this with { Statistics = Statistics.FoundFrom(folder) };

    /// <inheritdoc/>
    public IParameterization WideEnoughFor(ReadOnlySpan<float> image)
    {
        double squares = 0;
        foreach (float value in image)
        {
            double x = Math.Clamp(value, Colour.LeastValue, 1 - Colour.LeastValue), u = Math.Log(x / (1 - x));
            squares += u * u;
        }
        // A little more, so that rounding does not make the image weaker.
        float contrast = (float)((Exact ? 1 : 1.0001) * Math.Sqrt(squares / Math.Max(1, image.Length)));
        return Contrast == 0 || (!Exact && contrast <= Contrast) ? this : this with { Contrast = contrast };
    }

    // u [N, C, H, W], each image made weaker as far as it has too much contrast. Below the limit the quotient is exactly 1, and no gradient goes through it;
    // above, the gradient has no part along u: contrast is given, and only what it is spent on can change.
    private Tensor Limited(Tensor u)
    {
        float most = Contrast * Contrast;
        return Contrast == 0 ? u : u * (most / Tensor.Max(u.Square().MeanOver(1, 2, 3), Tensor.Constant(Exact ? Grey : most))).Sqrt();
    }

    // The columns of the half spectrum of the next even width.
    private static int Columns(int width) => (width + 1) / 2 + 1;

    private float[] Scale(int height, int width)
    {
        int columns = Columns(width);
        var scale = new float[height * columns];
        double least = 1.0 / Math.Max(height, width);
        for (int y = 0; y < height; y++)
            for (int x = 0; x < columns; x++)
            {
                // Rows past the middle are negative frequencies.
                double fy = (y < (height + 1) / 2 ? y : y - height) / (double)height, fx = Math.Min(x, width - x) / (double)width;
                scale[y * columns + x] = (float)(Math.Sqrt((double)height * width) / Math.Pow(Math.Max(Math.Sqrt(fx * fx + fy * fy), least), Decay));
            }
        return scale;
    }
}
