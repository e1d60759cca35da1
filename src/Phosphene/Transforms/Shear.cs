using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Slants the image about its centre by an angle in degrees, drawn anew for each step: rows move sideways, the upper ones to the right by a positive angle. The size [N, C, H, W] stays; what is left open is
/// mid-grey.
/// </summary>
/// <param name="Degrees">Between a slanted line and the vertical one that it was.</param>
public sealed record Shear(Draw Degrees) : ITransform
{
    internal const float Most = 80;                                  // at 90° a line would be as long as can be

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Degrees.Least < -Most || Degrees.Most > Most) throw new UsageException($"{this} needs angles from -{Most} to {Most} degrees.");
        Tensor angle = Degrees.From(random, "shear") * (MathF.PI / 180), slope = angle.Sin() / angle.Cos(), zero = Tensor.Constant(0), one = Tensor.Constant(1);
        (int height, int width) = (image.Shape.Height, image.Shape.Width);
        // Rows run down: what is shown above the middle, at a negative row, is read further to the left.
        return image.Warp(Affine.AboutCentre(one, zero, slope, one, height, width), height, width, Affine.Grey);
    }

    /// <summary>For example "shear(-5..5)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
