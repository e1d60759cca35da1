using Phosphene.Images;
using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Transforms;

/// <summary>The words of pipelines of transforms.</summary>
internal static class TransformTexts
{
    // Beyond these a zoom shows single pixels or a speck; a turn repeats itself.
    private const float LeastFactor = 0.01f, MostFactor = 100, MostDegrees = 360;

    private const int MostPixels = 1024;

    private static TextParameter<bool> Nearest => Truth("nearest", "Whether each pixel is the nearest one of the image, as in Lucid's rotation, rather than a mean of the four around.").Or(false);

    /// <summary>One entry for each word.</summary>
    public static TextRegistry<ITransform> Registry { get; } = new("transform",
        "What happens to the image before the model sees it, drawn anew each step. `a|b` is a, then b; `none` is the image as it is. A draw is a range, all of it equally likely, or a list, `0*6` being 0 six times.", isPipeline: true)
    {
        { "pad", "A border, against artefacts at the edge.", "pad(16)", Whole("pixels", "Its width on each side.", 0, MostPixels, "px"),
            Choice("fill", "What it is made of: mid-grey, black, the image mirrored, or another colour at each step.", ("grey", PadFill.Grey), ("black", PadFill.Black), ("reflect", PadFill.Reflect), ("random", PadFill.Random)).Or(PadFill.Grey),
            (pixels, fill) => new Pad(pixels, fill), pad => (pad.Pixels, pad.Fill) },
        { "jitter", "A shift, which costs the image as many rows and columns.", "jitter(16)", Whole("pixels", "The longest, down and to the right.", 0, MostPixels, "px"), pixels => new Jitter(pixels), jitter => jitter.Pixels },
        { "roll", "A shift; what leaves the image on one side comes in on the other.", "roll(32)", Whole("pixels", "The longest, in each direction.", 0, MostPixels, "px"), pixels => new Roll(pixels), roll => roll.Pixels },
        { "scale", "A zoom about the centre; the size stays.", "scale(0.95..1.05)", Draw.Parameter("factors", "Above 1 the content grows.", LeastFactor, MostFactor), Nearest,
            (factors, nearest) => new Scale(factors, nearest), scale => (scale.Factors, scale.Nearest) },
        { "rotate", "A turn about the centre; the size stays.", "rotate(-10, 0*6, 10)", Draw.Parameter("degrees", "Counter-clockwise as one looks at it.", -MostDegrees, MostDegrees, "°"), Nearest,
            (degrees, nearest) => new Rotate(degrees, nearest), rotate => (rotate.Degrees, rotate.Nearest) },
        { "shear", "A slant about the centre, to the right above it; the size stays.", "shear(-5..5)", Draw.Parameter("degrees", "Between a line and the vertical one that it was.", -Shear.Most, Shear.Most, "°"), degrees => new Shear(degrees), shear => shear.Degrees },
        { "flip", "Left and right exchanged in some steps.", "flip(0.3)", Number("probability", "In what share of them.", 0, 1).Or(0.5f), probability => new Flip(probability), flip => flip.Probability },
        { "crop", "The middle, cut out.", "crop(224x160)",
            ImageSize.Parameter("size", "Height x width; without it, the size that the image had before the first transform.").OrNothing(),
            size => new Crop(size?.Height, size?.Width), crop => crop.Size },
        { "resizedCrop", "A window, cut out and enlarged.", "resizedCrop(0.45..0.55, last: 0.05..0.15)",
            Draw.Parameter("sizes", "Its height and width, as a share of the image's.", LeastFactor, MostFactor),
            Number("centre", "The standard deviation of its centre, as a share of the image's height and width.", least: 0).Or(0.15f),
            Draw.IfGiven("last", "Its height and width after the given steps; without it they stay as they are.", LeastFactor, MostFactor),
            Whole("steps", "The steps until windows are as large as 'last' says.").Or(256),
            ImageSize.Parameter("size", "What it is brought to, height x width; without it, the size that the image had before the first transform.").OrNothing(),
            (sizes, centre, last, steps, size) => new ResizedCrop(sizes, centre, last, steps, size?.Height, size?.Width), crop => (crop.Sizes, crop.Centre, crop.Last, crop.Steps, crop.Size) },
        { "blur", "A Gauss filter; the size stays.", "blur(0.5..1)", Draw.Parameter("sigma", "Its standard deviation.", Blur.Least, Blur.Most, "px"), sigmas => new Blur(sigmas), blur => blur.Sigmas },
        { "noise", "Normal noise on every value.", "noise(0.08)", Number("deviation", "Its standard deviation; an image goes from 0 to 1.", least: 0), deviation => new Noise(deviation), noise => noise.StandardDeviation },
        { "colour", "Brightness, contrast and saturation by factors around 1.", "colour(0.2, saturation: 0.3)",
            Number("brightness", "How much the brightness changes.", 0, 1).Or(0),
            Number("contrast", "How much the contrast changes.", 0, 1).Or(0),
            Number("saturation", "How much the saturation changes.", 0, 1).Or(0),
            (brightness, contrast, saturation) => new ColourJitter(brightness, contrast, saturation), colour => (colour.Brightness, colour.Contrast, colour.Saturation) },
        { "erase", "A mid-grey rectangle over the image in some steps.", "erase(0.1..0.4)", Draw.Parameter("sizes", "Its height and width, each drawn for itself, as a share of the image's.", 0, 1),
            Number("probability", "In what share of them.", 0, 1).Or(0.5f), (sizes, probability) => new Erase(sizes, probability), erase => (erase.Sizes, erase.Probability) },
        { "each", "Transforms that draw apart for each image of a batch, not once for all of them.", "each(jitter(16)|rotate(-5..5))",
            new TextParameter<Pipeline>("transforms", "The transforms, one after the other.", "transforms", (scanner, _) => new Pipeline([.. Registry!.ReadPipeline(scanner)]), pipeline => pipeline.ToString()),
            transforms => new PerImage(transforms), each => each.Transforms },
    };
}
