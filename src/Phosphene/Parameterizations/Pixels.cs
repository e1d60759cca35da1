using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Parameterizations;

/// <summary>
/// Every pixel for itself: image = sigmoid(x), with x [N, C, H, W] starting as noise of the given standard deviation; optionally in decorrelated
/// colours. The article's "naive optimization". Source: Lucid's pixel_image. Or, clipped, image = x within [0, 1], with x starting around 0.5, as in DeepDream: a step changes each
/// pixel by as much wherever it is.
/// </summary>
/// <param name="StandardDeviation">Of each value before the sigmoid, at the start.</param>
/// <param name="Decorrelate">Whether the channels are decorrelated colours (RGB images only).</param>
/// <param name="Clip">Whether values are cut off at 0 and 1 in place of the sigmoid. What is beyond still has its gradient, so that it can come back.</param>
public sealed record Pixels(float StandardDeviation = 0.01f, bool Decorrelate = false, bool Clip = false) : IParameterization
{
    /// <inheritdoc/>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pixels = new Tensor(new Parameter(image, () => new RandomStream(seed, 0, "pixels").Normals(image.Count, StandardDeviation), "pixels"));
        return new ParameterizedImage(Squashed(Decorrelate ? Colour.Correlate(pixels) : pixels), new ImageParameter(pixels))
        {
            Inverse = picture => [Decorrelate ? Colour.Decorrelate(Opened(picture)) : Opened(picture)],
        };
    }

    private Tensor Squashed(Tensor x)
    {
        if (!Clip) return x.Sigmoid();
        Tensor centred = x + 0.5f;
        return centred + (centred.Clip(0, 1) - centred).StopGradient();
    }

    private Tensor Opened(Tensor image) => Clip ? image - 0.5f : Colour.Logit(image);
}
