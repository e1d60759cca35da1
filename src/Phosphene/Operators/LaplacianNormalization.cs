using Phosphene.Runtime.Graphs;

namespace Phosphene.Operators;

/// <summary>
/// Each level of the Laplacian pyramid of an image divided by its root mean square over the channels and pixels of the image, so that all sizes of detail weigh the same; then the levels put
/// together again:
/// <code>
/// low = every second pixel of k ∗ x,  high = x - k ∗ low enlarged,  y = high / rms(high) + k ∗ y(low) enlarged
/// </code>
/// with k = [1 4 6 4 1] / 16 down and across; at the border the weights of k inside of the image are scaled to sum to 1. The last low is divided by its root mean square, too. It stops early where
/// an image has only one pixel left. For gradients. Source: TensorFlow's DeepDream tutorial, lap_normalize; it has zeros outside of the image.
/// </summary>
/// <param name="Levels">The number of high levels, at least 1.</param>
public sealed record LaplacianNormalization(int Levels = 4) : IImageOperator
{
    private const int Radius = 2;

    private static readonly int[] Kernel = [1, 4, 6, 4, 1];

    /// <inheritdoc/>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Level(image, Levels);
    }

    private static Tensor Level(Tensor x, int levels)
    {
        Shape s = x.Shape;
        if (levels == 0 || (s.Height == 1 && s.Width == 1)) return Measure.Divided(x, Measure.RootMeanSquare(x));
        Tensor low = x.Times(Band.Of(s.Height, Radius, Weight, step: 2), 2).Times(Band.Of(s.Width, Radius, Weight, step: 2), 3);
        Tensor high = x - Enlarged(low, s);
        return Measure.Divided(high, Measure.RootMeanSquare(high)) + Enlarged(Level(low, levels - 1), s);
    }

    private static Tensor Enlarged(Tensor low, Shape s) =>
        low.Times(Band.Enlarging(s.Height, Radius, Weight, step: 2), 2).Times(Band.Enlarging(s.Width, Radius, Weight, step: 2), 3);

    private static double Weight(int d) => Kernel[d + Radius];

    /// <summary>For example "laplacian(4)".</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}
