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
    };
}
