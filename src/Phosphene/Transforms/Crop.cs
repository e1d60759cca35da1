using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Cuts the middle out: to <paramref name="Height"/> x <paramref name="Width"/> pixels or, if both are null, to the size that the image had before
/// the first transform of the pipeline. Source: the article's last transform, "cropping the padding".
/// </summary>
public sealed record Crop(int? Height = null, int? Width = null) : ITransform
{
    /// <summary>Height and width; null if it is the first size.</summary>
    internal ImageSize? Size => Height is { } height && Width is { } width ? new ImageSize(height, width) : null;

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        int height = Height ?? random.Original!.Height, width = Width ?? random.Original!.Width;
        if (height < 1 || width < 1 || height > image.Shape.Height || width > image.Shape.Width)
            throw new UsageException($"{this} cannot cut {height} x {width} out of an image of {image.Shape.Height} x {image.Shape.Width} (height x width).");
        return image.Crop(Tensor.Constant((image.Shape.Height - height) / 2), Tensor.Constant((image.Shape.Width - width) / 2), height, width, Affine.Grey);
    }

    /// <summary>"crop" or, for example, "crop(224x160)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
