using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Parameterizations;

/// <summary>Colours whose channels vary independently in natural images.</summary>
internal static class Colour
{
    // The square root of the covariance of colours in ImageNet. Source: Lucid, optvis/param/color.py; recipes of the article.
    private static readonly float[] SquareRoot = [0.26f, 0.09f, 0.02f, 0.27f, 0.00f, -0.05f, 0.27f, -0.09f, 0.03f];

    /// <summary>The matrix [3, 3] that takes decorrelated channels to red, green and blue, divided by its largest column norm.</summary>
    public static float[] Matrix { get; } = Normalized(SquareRoot);

    /// <summary>The same of measured statistics, by the Cholesky factor of their covariance; that of ImageNet if there are none.</summary>
    /// <exception cref="InputFileException">The file of the statistics cannot be read.</exception>
    public static float[] MatrixOf(StatisticsReference? statistics) => statistics is null ? Matrix : MatrixOf(statistics.Read());

    /// <inheritdoc cref="MatrixOf(StatisticsReference?)"/>
    public static float[] MatrixOf(ImageStatistics statistics) => Normalized([.. statistics.Factor]);

    /// <summary>Decorrelated channels [N, 3, H, W] to red, green and blue, before the sigmoid. Other channel counts stay as they are.</summary>
    public static Tensor Correlate(Tensor image, float[]? matrix = null) => Mix(image, matrix ?? Matrix);

    /// <summary>The inverse of <see cref="Correlate"/>.</summary>
    public static Tensor Decorrelate(Tensor image, float[]? matrix = null) => Mix(image, Inverse(matrix ?? Matrix));

    /// <summary>Half a step of 8 bits: how far values are kept away from 0 and 1.</summary>
    public const float LeastValue = 0.5f / 255;

    /// <summary>log(x / (1 - x)), the inverse of the sigmoid, of x kept away from 0 and 1, where it is infinite.</summary>
    public static Tensor Logit(Tensor image)
    {
        Tensor x = image.Clip(LeastValue, 1 - LeastValue);
        return (x / (1f - x)).Log();
    }

    private static Tensor Mix(Tensor image, float[] matrix)
    {
        Shape s = image.Shape;
        if (s.Channels != 3) return image;
        return Tensor.Constant(new Shape(3, 3), matrix).MatMul(image.Reshape(new Shape(s.Batch, 3, s.Height * s.Width))).Reshape(s);
    }

    // By cofactors, in double precision.
    private static float[] Inverse(float[] m)
    {
        double Cofactor(int row, int column)
        {
            double At(int r, int c) => m[3 * ((row + r) % 3) + (column + c) % 3];
            return At(1, 1) * At(2, 2) - At(1, 2) * At(2, 1);
        }
        double determinant = Enumerable.Range(0, 3).Sum(column => m[column] * Cofactor(0, column));
        return [.. Enumerable.Range(0, 9).Select(i => (float)(Cofactor(i % 3, i / 3) / determinant))];
    }

    private static float[] Normalized(float[] root)
    {
        double most = Enumerable.Range(0, 3).Max(column => Math.Sqrt(Enumerable.Range(0, 3).Sum(row => Math.Pow(root[3 * row + column], 2))));
        return [.. root.Select(value => (float)(value / most))];
    }
}
