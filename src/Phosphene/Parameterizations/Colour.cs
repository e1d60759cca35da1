using Phosphene.Runtime.Graphs;

namespace Phosphene.Parameterizations;

/// <summary>Colours whose channels vary independently in natural images.</summary>
internal static class Colour
{
    // The square root of the covariance of colours in ImageNet. Source: Lucid, optvis/param/color.py; recipes of the article.
    private static readonly float[] SquareRoot = [0.26f, 0.09f, 0.02f, 0.27f, 0.00f, -0.05f, 0.27f, -0.09f, 0.03f];

    /// <summary>The matrix [3, 3] that takes decorrelated channels to red, green and blue, divided by its largest column norm.</summary>
    public static float[] Matrix { get; } = Normalized();

    /// <summary>Decorrelated channels [N, 3, H, W] to red, green and blue, before the sigmoid. Other channel counts stay as they are.</summary>
    public static Tensor Correlate(Tensor image)
    {
        Shape s = image.Shape;
        if (s.Channels != 3) return image;
        Tensor matrix = Tensor.Constant(new Shape(3, 3), Matrix);
        return matrix.MatMul(image.Reshape(new Shape(s.Batch, 3, s.Height * s.Width))).Reshape(s);
    }

    private static float[] Normalized()
    {
        double most = Enumerable.Range(0, 3).Max(column => Math.Sqrt(Enumerable.Range(0, 3).Sum(row => Math.Pow(SquareRoot[3 * row + column], 2))));
        return [.. SquareRoot.Select(value => (float)(value / most))];
    }
}
