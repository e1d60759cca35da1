using Phosphene.Runtime.Graphs;

namespace Phosphene.Transforms;

/// <summary>Transforms that draw apart for each image of the batch, where they would otherwise draw once for all of them. [N, C, H, W] becomes what they make of it.</summary>
/// <param name="Transforms">The transforms, in the order in which they are applied.</param>
public sealed record PerImage(Pipeline Transforms) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(random);
        string scope = random.Scope;
        var images = new Tensor[image.Shape.Batch];
        for (int n = 0; n < images.Length; n++)
        {
            random.Scope = $"{scope}{n}.";
            images[n] = Transforms.ApplyInside(image.Image(n), random);
        }
        random.Scope = scope;
        return Tensor.Concat(0, images);
    }

    /// <inheritdoc/>
    public ITransform Shrunk(double factor) => new PerImage(Transforms.Shrunk(factor));

    /// <summary>For example "each(jitter(16)|rotate(-5..5))".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
