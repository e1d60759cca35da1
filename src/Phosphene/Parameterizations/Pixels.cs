using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Parameterizations;

/// <summary>
/// Every pixel for itself: image = sigmoid(x), with x [N, C, H, W] starting as noise of the given standard deviation; optionally in decorrelated
/// colours. The article's "naive optimization". Source: Lucid's pixel_image.
/// </summary>
/// <param name="StandardDeviation">Of each value before the sigmoid, at the start.</param>
/// <param name="Decorrelate">Whether the channels are decorrelated colours (RGB images only).</param>
public sealed record Pixels(float StandardDeviation = 0.01f, bool Decorrelate = false) : IParameterization
{
    /// <inheritdoc/>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pixels = new Tensor(new Parameter(image, () => new RandomStream(seed, 0, "pixels").Normals(image.Count, StandardDeviation), "pixels"));
        return new ParameterizedImage((Decorrelate ? Colour.Correlate(pixels) : pixels).Sigmoid(), new ImageParameter(pixels))
        {
            Inverse = picture => [Decorrelate ? Colour.Decorrelate(Colour.Logit(picture)) : Colour.Logit(picture)],
        };
    }
}
