using Phosphene.Syntax;
using static Phosphene.Syntax.TextParameters;

namespace Phosphene.Operators;

/// <summary>The words of image operators.</summary>
internal static class OperatorTexts
{
    // A filter of more pixels than a large image has; one of fewer than this share of a pixel is none.
    private const float LeastSigma = 0.1f, MostSigma = 100;

    // Each pixel of a bilateral filter is compared with (4·10 + 1)² others.
    private const float MostBilateral = 10;

    // Above 0: what is divided by.
    private const float LeastRange = 1e-6f, LeastLength = 1e-20f;

    private const int MostLevels = 12, MostWidth = 99;

    /// <summary>One entry for each word.</summary>
    public static TextRegistry<IImageOperator> Registry { get; } = new("image operator",
        "What is done after a step to the image itself, or in each step to the gradient in the image before it goes back into the parameters. `a|b` is a, then b; `none` is nothing.", isPipeline: true)
    {
        { "blur", "A Gaussian blur.", "blur(1)", Number("sigma", "Its standard deviation.", LeastSigma, MostSigma, "px"), sigma => new GaussianBlur(sigma), blur => blur.Sigma },
        { "soften", "Lucid's blur: the mean of the square around each pixel, whose rim counts half.", "soften(5)", Whole("width", "The side of the square, an odd number.", 3, MostWidth, "px").Or(3),
            width => new Soften(width), soften => soften.Width },
        { "bilateral", "A blur that keeps edges: pixels of other colours hardly count.", "bilateral(3, 0.1)", Number("sigma", "The standard deviation of the blur.", LeastSigma, MostBilateral, "px"),
            Number("range", "The difference of colours from which on a pixel hardly counts; an image has values from 0 to 1.", LeastRange).Or(0.1f, printed: true),
            (sigma, range) => new BilateralFilter(sigma, range), filter => (filter.Sigma, filter.Range) },
        { "clip", "Each value cut off at two limits.", "clip(0, 1)", Number("low", "The smallest value.").Or(0, printed: true), Number("high", "The largest value.").Or(1, printed: true),
            (low, high) => new ValueClip(low, high), clip => (clip.Low, clip.High) },
        { "decay", "Each value drawn towards one: weight decay.", "decay(0.01)", Number("share", "How far, 1 being all the way.", 0, 1), Number("centre", "Towards what; mid-grey by default.").Or(0.5f),
            (share, centre) => new Decay(share, centre), decay => (decay.Share, decay.Centre) },
        { "normalize", "Each image divided by its size; for gradients.", "normalize(l2)",
            Choice("by", "What its size is: the length √Σx², the mean of |x|, or the standard deviation.", ("l2", ImageMeasure.Length), ("mean", ImageMeasure.Mean), ("std", ImageMeasure.Deviation)).Or(ImageMeasure.Length, printed: true),
            by => new Normalization(by), normalization => normalization.By },
        { "laplacian", "Each level of the Laplacian pyramid divided by its root mean square; for gradients.", "laplacian(4)", Whole("levels", "How many levels there are above the last, coarsest one.", 1, MostLevels).Or(4, printed: true),
            levels => new LaplacianNormalization(levels), laplacian => laplacian.Levels },
        { "limit", "An image that is too long becomes as long as it may be; for gradients.", "limit(1)", Number("length", "The largest √Σx².", LeastLength), most => new LengthLimit(most), limit => limit.Most },
        { "every", "Operators that act after each n-th step; for the image.", "every(4, blur(1)|clip(0, 1))", Whole("steps", "The steps from one time to the next.", 1), Several("operators", "What acts then."),
            (steps, operators) => new Every(steps, operators), every => (every.Steps, every.Operators) },
    };

    /// <summary>Operators as a parameter, at least one.</summary>
    public static TextParameter<OperatorPipeline> Several(string name, string description) =>
        new(name, description, "operators", (scanner, _) => new OperatorPipeline([.. Registry.ReadSeveral(scanner)]), operators => operators.ToString());
}
