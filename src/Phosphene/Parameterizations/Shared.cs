using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;

namespace Phosphene.Parameterizations;

/// <summary>
/// The images of a batch as sums of an own part each and of coarse parts that they share, so that what they have in common is in the same place:
/// <code>
/// image[n] = own(irfft2(scale · spectrum[n]) / 4 + Σ_i (1 - t)·enlarged(first_i) + t·enlarged(last_i)),  t = n / (N - 1)
/// </code>
/// of coarse images at 1/2, 1/4, 1/8 and 1/16 of the size that are the same for the whole batch (first = last), and at 1/8 and 1/16 of pairs between which the
/// batch goes from the first to the last. They are enlarged linearly, and start as noise as the own parts do; colours, the limit of the contrast
/// and the sigmoid are those of <see cref="Own"/>, on the sum. Source: the article, "Interaction between neurons"; the mixture is that of Lucid's notebook of
/// aligned interpolation.
/// </summary>
/// <param name="Own">The part that each image has for itself.</param>
public sealed record Shared(Fourier Own) : IParameterization
{
    // What the size is divided by, and how many images there are.
    private static readonly (int Divisor, int Copies)[] Mixture = [(2, 1), (4, 1), (8, 1), (8, 2), (16, 1), (16, 2)];

    /// <inheritdoc/>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        ImageParameter spectrum = Own.Start(image, seed);
        ImageParameter[] coarse = [.. Mixture.Select(part => Coarse(image, seed, part.Divisor, part.Copies))];
        Tensor sum = coarse.Aggregate(Own.Waves(spectrum.Values, image.Width), (sum, part) => sum + Enlarged(part.Values, image));
        return new ParameterizedImage(Own.Shown(sum), [spectrum, .. coarse])
        {
            // All of a picture is in the own parts.
            Inverse = picture => [Own.Spectrum(picture), .. coarse.Select(part => Tensor.Constant(part.Values.Shape, new float[part.Values.Shape.Count]))],
        };
    }

    /// <inheritdoc/>
    public IParameterization WideEnoughFor(ReadOnlySpan<float> image) => this with { Own = (Fourier)Own.WideEnoughFor(image) };

    /// <inheritdoc/>
    public IParameterization Pinned() => this with { Own = (Fourier)Own.Pinned() };

    /// <inheritdoc/>
    public IParameterization FoundFrom(string folder) => this with { Own = (Fourier)Own.FoundFrom(folder) };

    private ImageParameter Coarse(Shape image, ulong seed, int divisor, int copies)
    {
        var shape = new Shape(copies, image.Channels, Math.Max(1, image.Height / divisor), Math.Max(1, image.Width / divisor));
        string name = $"shared {copies} at 1/{divisor}";
        return new ImageParameter(new Tensor(new Parameter(shape, () => new RandomStream(seed, 0, name).Normals(shape.Count, Own.StandardDeviation), name)), copies == 1 ? null : 0);
    }

    // [copies, C, h, w] to [1 or N, C, H, W].
    private static Tensor Enlarged(Tensor coarse, Shape image) => (coarse.Shape.Batch == 1 ? coarse : coarse.Times(Between(image.Batch), 0)).Resize(image.Height, image.Width);

    private static SparseMatrix Between(int images) => SparseMatrix.Of(2, [.. Enumerable.Range(0, images).Select(n =>
    {
        float t = images == 1 ? 0.5f : n / (images - 1f);
        return (IReadOnlyList<(int, float)>)[(0, 1 - t), (1, t)];
    })]);
}
