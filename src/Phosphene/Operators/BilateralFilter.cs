using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Operators;

/// <summary>
/// A bilateral filter, a blur that keeps edges: each pixel p becomes the mean of the pixels q around it, up to ⌈2σ⌉ down and across, weighted by
/// <code>
/// exp(-|p - q|² / 2σ²) · exp(-‖x_p - x_q‖² / 2r²)
/// </code>
/// where ‖x_p - x_q‖² is over all channels. Pixels outside of the image have no weight. Source: Tomasi and Manduchi, 1998; on the image, Tyka, 2016.
/// </summary>
/// <param name="Sigma">The standard deviation in pixels, above 0.</param>
/// <param name="Range">The difference of colours r, above 0, from which on pixels hardly count; an image has values from 0 to 1.</param>
public sealed record BilateralFilter(float Sigma, float Range) : IImageOperator
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!(Sigma > 0 && Range > 0)) throw new UsageException($"'{this}' needs a standard deviation and a difference of colours above 0.");
        Shape s = image.Shape;
        int radius = (int)Math.Ceiling(2 * Sigma);
        int[] offsets = [.. Enumerable.Range(-radius, 2 * radius + 1)];
        // All neighbours in a row at once: [N, C, H, offsets, W], with weights [N, 1, H, offsets, W].
        var stacked = new Shape(s.Batch, s.Channels, s.Height, offsets.Length, s.Width);
        Tensor centre = image.Reshape(new Shape(s.Batch, s.Channels, s.Height, 1, s.Width));
        int[] columns = [.. offsets.SelectMany(dx => Enumerable.Range(dx, s.Width).Select(x => Math.Clamp(x, 0, s.Width - 1)))];
        Tensor beside = image.Pick(3, columns), across = Tensor.Constant(new Shape(1, 1, 1, offsets.Length, s.Width), [.. offsets.SelectMany(dx => Weights(dx, s.Width))]);
        Tensor? sum = null, weights = null;
        foreach (int dy in offsets)
        {
            int[] rows = [.. Enumerable.Range(dy, s.Height).Select(y => Math.Clamp(y, 0, s.Height - 1))];
            Tensor neighbours = beside.Pick(2, rows).Reshape(stacked);
            Tensor down = Tensor.Constant(new Shape(1, 1, s.Height, 1, 1), Weights(dy, s.Height));
            Tensor weight = ((neighbours - centre).Square().SumOver(1) * (-0.5f / (Range * Range))).Exp() * across * down;
            Tensor part = (weight * neighbours).SumOver(3), total = weight.SumOver(3);
            (sum, weights) = (sum is null ? part : sum + part, weights is null ? total : weights + total);
        }
        return (sum! / weights!).Reshape(s);
    }

    // The weight of a neighbour at a distance along one axis, for each place; 0 where it is outside.
    private float[] Weights(int d, int length) =>
        [.. Enumerable.Range(d, length).Select(place => place >= 0 && place < length ? (float)Math.Exp(-d * d / (2.0 * Sigma * Sigma)) : 0)];

    /// <summary>For example "bilateral(3, 0.1)".</summary>
    public override string ToString() => OperatorTexts.Registry.Print(this);
}
