using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Cuts a window out and enlarges it ("random resized crop"): of [N, C, H, W] the part of size·H x size·W pixels about a centre drawn around the middle, brought to <paramref name="Height"/> x
/// <paramref name="Width"/> pixels or, if both are null, to the size that the image had before the first transform. Where the window reaches past the image it is mid-grey. It is read
/// linearly between pixels; a window that is larger than what it is brought to is not smoothed. Source: Fel et al. 2023, MaCo, whose windows shrink from half the image to a twentieth.
/// </summary>
/// <param name="Sizes">The height and width of the window, as a share of those of the image.</param>
/// <param name="Centre">The standard deviation of its centre, as a share of the height and of the width.</param>
/// <param name="Last">The same as <paramref name="Sizes"/> after <paramref name="Steps"/> steps: until then windows go evenly from the one to the other; null if they stay.</param>
/// <param name="Steps">The steps until windows are as large as <paramref name="Last"/> says.</param>
/// <param name="Height">The height of the result in pixels.</param>
/// <param name="Width">Its width in pixels.</param>
public sealed record ResizedCrop(Draw Sizes, float Centre = 0.15f, Draw? Last = null, int Steps = 256, int? Height = null, int? Width = null) : ITransform
{
    internal ImageSize? Size => Height is { } height && Width is { } width ? new ImageSize(height, width) : null;

    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (Sizes.Least <= 0 || Last?.Least <= 0) throw new UsageException($"{this} needs sizes above 0.");
        int height = Height ?? random.Original!.Height, width = Width ?? random.Original!.Width;
        if (height < 1 || width < 1) throw new UsageException($"{this} needs a height and a width of at least 1.");
        Tensor size = Sizes.From(random, "crop.size");
        if (Last is not null)
        {
            Tensor done = random.OfStep("crop.done", step => Math.Min(1, step / (float)Math.Max(1, Steps)));
            size += done * (Last.From(random, "crop.last") - size);
        }
        return image.Warp(Tensor.Concat(0, Row(image.Shape.Height, height, "crop.y", 0), Row(image.Shape.Width, width, "crop.x", 1)), height, width, Affine.Grey);

        // Pixel i of the result is at the middle of the i-th of its parts of the window: row = H·(centre - size / 2) + (i + ½)·size·H / height - ½.
        Tensor Row(int from, int to, string name, int axis)
        {
            Tensor scale = size * ((float)from / to), start = from * (0.5f + Centre * random.Normal(name, Shape.Scalar) - 0.5f * size) + 0.5f * scale - 0.5f;
            var cell = new Shape(1, 1);
            Tensor step = scale.Reshape(cell), zero = Tensor.Constant(cell, 0f);
            return Tensor.Concat(1, axis == 0 ? step : zero, axis == 0 ? zero : step, start.Reshape(cell));
        }
    }

    /// <summary>For example "resizedCrop(0.2..0.5)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
