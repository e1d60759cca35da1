using Phosphene.Runtime.Graphs;

namespace Phosphene.Transforms;

/// <summary>
/// Turns the image about its centre by an angle in degrees, counter-clockwise as one looks at it, drawn anew for each step. The size
/// [N, C, H, W] stays; what the turn leaves open is mid-grey. Source: the article's fourth transform.
/// </summary>
/// <param name="Degrees">The angle.</param>
/// <param name="Nearest">Whether each pixel is the nearest one of the image, as in Lucid, rather than a mean of the four around.</param>
public sealed record Rotate(Draw Degrees, bool Nearest = false) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        Tensor angle = Degrees.From(random, "rotate") * (MathF.PI / 180), cos = angle.Cos(), sin = angle.Sin();
        (int height, int width) = (image.Shape.Height, image.Shape.Width);
        // Rows run down: a turn by +90° shows at the top what was at the right, so row -1 reads column +1.
        return image.Warp(Affine.AboutCentre(cos, sin, -sin, cos, height, width), height, width, Affine.Grey, Nearest);
    }

    /// <summary>For example "rotate(-5..5)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
