using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Syntax;

namespace Phosphene.Parameterizations;

/// <summary>
/// The image as a sum of images, each half as large as the one before, as a Laplacian pyramid has them:
/// <code>
/// image = sigmoid(C · Σ_k enlarged(level_k)),  k = 0 .. Levels - 1
/// </code>
/// Level k is [N, C, H / 2^k, W / 2^k], of at least a pixel. A change that is wanted in many neighbouring pixels is one step of one number of a coarse level, so that coarse
/// structure is found as fast as fine. Source: Lucid's laplacian_pyramid_image, with four levels; Captum's LaplacianImage, with six, enlarged by repetition and starting stronger.
/// </summary>
/// <param name="Levels">How many images are added.</param>
/// <param name="StandardDeviation">Of each value of the coarsest level at the start.</param>
/// <param name="Decorrelate">Whether the channels are decorrelated colours (RGB images only).</param>
/// <param name="Nearest">Whether levels are enlarged by repetition rather than linearly.</param>
/// <param name="Power">Level k starts weaker by the factor 2^(Power · (k - Levels + 1)) than the coarsest one.</param>
public sealed record Pyramid(int Levels = 4, float StandardDeviation = 0.01f, bool Decorrelate = true, bool Nearest = false, float Power = 0) : IParameterization
{
    internal const int MostLevels = 14;                              // of the largest picture

    /// <inheritdoc/>
    public ParameterizedImage Build(Shape image, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Levels is < 1 or > MostLevels) throw new UsageException($"A pyramid has 1 to {MostLevels} levels; got {Levels}.");
        ImageParameter[] levels = [.. Enumerable.Range(0, Levels).Select(level => Level(image, seed, level))];
        Tensor sum = levels.Select(level => Enlarged(level.Values, image)).Aggregate((a, b) => a + b);
        return new ParameterizedImage((Decorrelate ? Colour.Correlate(sum) : sum).Sigmoid(), levels)
        {
            // All of a picture is in the finest level.
            Inverse = picture => [Decorrelate ? Colour.Decorrelate(Colour.Logit(picture)) : Colour.Logit(picture), .. levels.Skip(1).Select(level => Tensor.Constant(level.Values.Shape, new float[level.Values.Shape.Count]))],
        };
    }

    private ImageParameter Level(Shape image, ulong seed, int level)
    {
        var shape = new Shape(image.Batch, image.Channels, Math.Max(1, image.Height >> level), Math.Max(1, image.Width >> level));
        float deviation = StandardDeviation * MathF.Pow(2, Power * (level - Levels + 1));
        return new ImageParameter(new Tensor(new Parameter(shape, () => new RandomStream(seed, 0, $"level {level}").Normals(shape.Count, deviation), $"level {level}")));
    }

    private Tensor Enlarged(Tensor level, Shape image) => Nearest
        ? level.Pick(2, Repeated(level.Shape.Height, image.Height)).Pick(3, Repeated(level.Shape.Width, image.Width))
        : level.Resize(image.Height, image.Width);

    private static int[] Repeated(int from, int to) => [.. Enumerable.Range(0, to).Select(i => (int)((long)i * from / to))];
}
