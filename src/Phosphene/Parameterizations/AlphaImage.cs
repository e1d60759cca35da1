using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Parameterizations;

/// <summary>
/// An image with transparency: another parameterization makes its colours, and a spectrum of one channel how opaque they are. A step looks at
/// <code>
/// seen = α · colours + (1 - α) · background,  α = sigmoid(irfft2(scale · spectrum) / 4)
/// </code>
/// with another background at each step, so that what must be seen has to be opaque. The picture is saved with its transparency; laid over mid-grey it is the clean image. Nothing makes an image
/// transparent by itself: <paramref name="Penalty"/> does, or the objective opacity(). Source: Lucid's notebook on transparency and its transform.collapse_alpha_random; the article "Differentiable Image Parameterizations", 2018.
/// </summary>
/// <param name="Colours">What makes the colours.</param>
/// <param name="Penalty">This times the mean of α is subtracted from the objective of each image.</param>
/// <param name="Plain">Whether backgrounds are of one colour each, rather than images of noise with the spectrum of natural ones.</param>
public sealed record AlphaImage(IParameterization Colours, float Penalty = 0, bool Plain = false) : IParameterization
{
    private const float BackgroundDeviation = 0.5f;                  // of the spectrum: Lucid's

    private static readonly Fourier s_alpha = new(Decorrelate: false);

    /// <inheritdoc/>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ParameterizedImage colours = Colours.Build(image, seed);
        if (colours.Opacity is not null)
        {
            colours.Dispose();
            throw new UsageException($"The colours of alpha(...) are an image that is opaque; {ParameterizationTexts.Registry.Print(Colours)} has transparency of its own.");
        }
        ImageParameter spectrum = s_alpha.Start(image.With(1, 1), seed, "alpha");
        Tensor alpha = s_alpha.Image(spectrum.Values, image.Width);
        Tensor Over(Tensor seen, Tensor background) => alpha * seen + (1f - alpha) * background;
        Tensor opaque = Penalty * alpha.MeanOver(1, 2, 3).Reshape(new Shape(image.Batch));
        return colours with
        {
            Image = Over(colours.Image, Tensor.Constant(Affine.Grey)),
            Seen = Over(colours.Seen, Background(image, colours.Random)),
            Shown = colours.Image,
            Opacity = _ => alpha,
            Alpha = alpha,
            Parameters = [.. colours.Parameters, spectrum],
            Penalty = Penalty == 0 ? colours.Penalty : colours.Penalty is { } other ? other + opaque : opaque,
            // A picture is opaque.
            Inverse = colours.Inverse is { } inverse
                ? picture => [.. inverse(picture), s_alpha.Spectrum(Tensor.Constant(1f).BroadcastTo(image.With(1, 1)))]
                : null,
        };
    }

    /// <inheritdoc/>
    public IParameterization WideEnoughFor(ReadOnlySpan<float> image) => this with { Colours = Colours.WideEnoughFor(image) };

    /// <inheritdoc/>
    public IParameterization Pinned() => this with { Colours = Colours.Pinned() };

    /// <inheritdoc/>
    public IParameterization FoundFrom(string folder) => this with { Colours = Colours.FoundFrom(folder) };

    // One for each image of the batch.
    private Tensor Background(Shape image, RandomVariables random)
    {
        if (Plain) return random.Uniform("alpha.background", new Shape(image.Batch, image.Channels, 1, 1), 0, 1);
        var fourier = new Fourier(BackgroundDeviation);
        return fourier.Image(BackgroundDeviation * random.Normal("alpha.background", Fourier.SpectrumOf(image)), image.Width);
    }
}
