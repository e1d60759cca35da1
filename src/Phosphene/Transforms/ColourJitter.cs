using Phosphene.Images;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Transforms;

/// <summary>
/// Changes brightness, contrast and saturation, each by a factor drawn anew for each step, evenly from 1 less to 1 more the given number:
/// <code>
/// x' = b · x,   x'' = m + c · (x' - m),   y = g + s · (x'' - g)
/// </code>
/// with the mean m of the luma of an image and the luma g of each pixel. Values may leave [0, 1]. The size [N, C, H, W] stays. Source: torchvision's ColorJitter.
/// </summary>
/// <param name="Brightness">How much the brightness changes, from 0 to 1.</param>
/// <param name="Contrast">How much the contrast changes, from 0 to 1.</param>
/// <param name="Saturation">How much the saturation changes, from 0 to 1; for red, green and blue only.</param>
public sealed record ColourJitter(float Brightness = 0, float Contrast = 0, float Saturation = 0) : ITransform
{
    /// <inheritdoc/>
    public Tensor Apply(Tensor image, RandomVariables random)
    {
        if (!(Brightness is >= 0 and <= 1) || !(Contrast is >= 0 and <= 1) || !(Saturation is >= 0 and <= 1)) throw new UsageException($"{this} needs a brightness, contrast and saturation from 0 to 1.");
        if (Saturation > 0 && image.Shape.Channels != 3) throw new UsageException($"{this} changes the saturation of red, green and blue; the model takes images of {image.Shape.Channels} channels. Leave saturation out.");
        if (Brightness > 0) image = Factor("brightness", Brightness) * image;
        if (Contrast > 0) image = From(Luminance(image).MeanOver(1, 2, 3), "contrast", Contrast);
        return Saturation > 0 ? From(Luminance(image), "saturation", Saturation) : image;

        Tensor Factor(string name, float most) => random.Uniform($"colour.{name}", 1 - most, 1 + most);
        Tensor From(Tensor centre, string name, float most) => centre + Factor(name, most) * (image - centre);
    }

    // [N, 1, H, W]; of images that are not red, green and blue the mean of their channels.
    private static Tensor Luminance(Tensor image) => image.Shape.Channels == 3
        ? (image * Tensor.Constant(new Shape(1, 3, 1, 1), Luma.Red, Luma.Green, Luma.Blue)).SumOver(1)
        : image.MeanOver(1);

    /// <summary>For example "colour(brightness: 0.2, saturation: 0.3)".</summary>
    public override string ToString() => TransformTexts.Registry.Print(this);
}
