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

    /// <summary>One entry for each word.</summary>
    public static TextRegistry<ITransform> Registry { get; } = new("transform",
        "What happens to the image before the model sees it, drawn anew each step. `a|b` is a, then b; `none` is the image as it is. A draw is a range, all of it equally likely, or a list, `0*6` being 0 six times.", isPipeline: true)
    {
        { "pad", "A mid-grey border, against artefacts at the edge.", "pad(16)", Whole("pixels", "Its width on each side.", 0, MostPixels, "px"), pixels => new Pad(pixels), pad => pad.Pixels },
        { "jitter", "A shift, which costs the image as many rows and columns.", "jitter(16)", Whole("pixels", "The longest, down and to the right.", 0, MostPixels, "px"), pixels => new Jitter(pixels), jitter => jitter.Pixels },
        { "roll", "A shift; what leaves the image on one side comes in on the other.", "roll(32)", Whole("pixels", "The longest, in each direction.", 0, MostPixels, "px"), pixels => new Roll(pixels), roll => roll.Pixels },
        { "scale", "A zoom about the centre; the size stays.", "scale(0.95..1.05)", Draw.Parameter("factors", "Above 1 the content grows.", LeastFactor, MostFactor), factors => new Scale(factors), scale => scale.Factors },
        { "rotate", "A turn about the centre; the size stays.", "rotate(-10, 0*6, 10)", Draw.Parameter("degrees", "Counter-clockwise as one looks at it.", -MostDegrees, MostDegrees, "°"), degrees => new Rotate(degrees), rotate => rotate.Degrees },
        { "crop", "The middle, cut out.", "crop(224x160)",
            ImageSize.Parameter("size", "Height x width; without it, the size that the image had before the first transform.").OrNothing(),
            size => new Crop(size?.Height, size?.Width), crop => crop.Size },
        { "zoom", "A window, cut out and enlarged.", "zoom(0.45..0.55, last: 0.05..0.15)",
            Draw.Parameter("sizes", "Its height and width, as a share of the image's.", LeastFactor, MostFactor),
            Number("centre", "The standard deviation of its centre, as a share of the image's height and width.", least: 0).Or(0.15f),
            Draw.IfGiven("last", "Its height and width after the given steps; without it they stay as they are.", LeastFactor, MostFactor),
            Whole("steps", "The steps until windows are as large as 'last' says.").Or(256),
            ImageSize.Parameter("size", "What it is brought to, height x width; without it, the size that the image had before the first transform.").OrNothing(),
            (sizes, centre, last, steps, size) => new Zoom(sizes, centre, last, steps, size?.Height, size?.Width), zoom => (zoom.Sizes, zoom.Centre, zoom.Last, zoom.Steps, zoom.Size) },
        { "noise", "Normal noise on every value.", "noise(0.08)", Number("deviation", "Its standard deviation; an image goes from 0 to 1.", least: 0), deviation => new Noise(deviation), noise => noise.StandardDeviation },
    };
}
