using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Lays a mid-grey rectangle over the image in some of the steps, its height, width and place drawn anew for each, so that no single part of the picture can be all of it. The size [N, C, H, W] stays.
/// Source: Zhong et al., Random Erasing Data Augmentation, 2020.
/// </summary>
/// <param name="Sizes">The height and the width of the rectangle, drawn apart, as a share of those of the image.</param>
/// <param name="Probability">In what share of the steps.</param>
public sealed record Erase(Draw Sizes, float Probability = 0.5f) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Sizes.Least < 0 || Sizes.Most > 1 || !(Probability is >= 0 and <= 1)) throw new UsageException($"{this} needs sizes and a probability from 0 to 1.");
        Tensor erased = Inside(2, "y") * Inside(3, "x") * Tensor.Constant(Probability).GreaterThan(random.Uniform("erase", 0, 1));
        return image + erased * (Affine.Grey - image);

        // 1 for the rows, or columns, of the rectangle.
        Tensor Inside(int axis, string name)
        {
            int extent = image.Shape[axis];
            Tensor size = Sizes.From(random, $"erase.{name}.size") * extent, first = random.Uniform($"erase.{name}", 0, 1) * (extent - size);
            Tensor middles = Tensor.Constant(new Shape([.. Enumerable.Range(0, 4).Select(i => i == axis ? extent : 1)]), [.. Enumerable.Range(0, extent).Select(i => i + 0.5f)]);
            return middles.GreaterThan(first) * (first + size).GreaterThan(middles);
        }
    }

    /// <summary>For example "erase(0.1..0.4)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
