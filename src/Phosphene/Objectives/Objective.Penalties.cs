using Phosphene.Operators;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

// Penalties: objectives on the image alone, one number for each image, to be subtracted.
public abstract partial record Objective
{
    /// <summary>Σ |differences of neighbouring pixels| of the image: high where it is noisy, so to be subtracted.</summary>
    public static Objective TotalVariation() => new TotalVariationObjective();

    /// <summary>
    /// Σ (down² + across²)^(β/2), of the differences of each pixel from the ones below it and to the right of it; the last row and column have none. With β 2 large steps cost more than many small
    /// ones. Source: Mahendran and Vedaldi, Understanding deep image representations by inverting them, 2015.
    /// </summary>
    /// <param name="beta">β, above 0.</param>
    /// <exception cref="UsageException">β is not above 0.</exception>
    public static Objective Variation(float beta) => new VariationObjective(beta);

    /// <summary>Σ |x - centre| over the image, to be subtracted.</summary>
    public static Objective L1(float centre = 0.5f) => new L1Objective(centre);

    /// <summary>√(1e-6 + Σ (x - centre)²) over the image, to be subtracted.</summary>
    public static Objective L2(float centre = 0.5f) => new L2Objective(centre);

    /// <summary>(Σ |x - centre|^p)^(1/p) over the image, to be subtracted. Source: keras-vis, with the power 6.</summary>
    /// <param name="power">p, at least 1.</param>
    /// <param name="centre">The value that pixels are to be near to.</param>
    /// <exception cref="UsageException">The power is below 1.</exception>
    public static Objective Norm(float power, float centre = 0.5f) => new NormObjective(power, centre);

    /// <summary>The largest |x - centre| in the image, the norm L∞, to be subtracted.</summary>
    public static Objective LargestDistance(float centre = 0.5f) => new LargestDistanceObjective(centre);

    /// <summary>
    /// ½·Σ (x - y)², y being what operators make of the image x, held fixed: what they take away. To be subtracted: then each step moves the image towards what the operators make of it, by the
    /// weight. With <see cref="Soften"/> it is Lucid's blur_input_each_step, a penalty of high frequencies; with <see cref="BilateralFilter"/> it keeps edges.
    /// </summary>
    /// <param name="operators">At least one.</param>
    /// <exception cref="UsageException">There is none.</exception>
    public static Objective Residual(params ReadOnlySpan<IImageOperator> operators) => new ResidualObjective(OperatorPipeline.Of(operators));

    /// <summary>
    /// Σ over the border of the image of (blurred - x)² + 0.8·(x - centre)², blurred being x after <see cref="Soften"/> of 5 pixels: to be subtracted, so that the picture ends before its edge.
    /// Source: Lucid's penalize_boundary_complexity.
    /// </summary>
    /// <param name="width">The width of the border in pixels.</param>
    /// <param name="centre">The value that the border is to have.</param>
    /// <exception cref="UsageException">The width is negative.</exception>
    public static Objective Boundary(int width = 20, float centre = 0.5f) => width >= 0
        ? new BoundaryObjective(width, centre)
        : throw new UsageException($"A border has a width of at least 0 pixels; got {width}.");

    /// <summary>
    /// Σ over the pixels of (x - μ)ᵀ·C⁻¹·(x - μ), the squared Mahalanobis distance of each colour from those of photos, with ImageNet's mean μ and covariance C of colours; of images of three channels.
    /// To be subtracted. Constants: Lucid, optvis/param/color.py.
    /// </summary>
    public static Objective Colours() => new ColourObjective();

    /// <summary>
    /// How unlikely an image is by a model that takes noise of the standard deviation σ away, r: ½·Σ (x - r(x))² / σ², r(x) being held fixed. To be subtracted: the gradient of what is then maximized is
    /// (r(x) - x) / σ², that of the log-density of images, times the weight. Source: Alain and Bengio, What regularized auto-encoders learn from the data-generating distribution, 2014; as a prior, Nguyen et al.,
    /// Plug and play generative networks, 2017.
    /// </summary>
    /// <param name="path">A <see cref="Models.Denoiser"/>, a file that 'phosphene denoiser' wrote.</param>
    public static Objective Denoiser(string path) => new DenoiserObjective(new FileReference(Models.Denoiser.Kind, path, null));

    /// <summary>
    /// How far an image is from photos, patch by patch: ½·Σ |p - t|² over its patches p, t being the nearest to each of a sample of patches of photos, divided by how many patches a pixel is in. To be subtracted:
    /// then each step moves every pixel towards the mean of the patches t that lie over it, by the weight. Source: Wei et al., Understanding intra-class knowledge inside CNN, 2015.
    /// </summary>
    /// <param name="path">A file of <see cref="Images.ImagePatches"/>, which 'phosphene patches' wrote.</param>
    /// <param name="step">The pixels from one patch of the image to the next, at least 1; null for half of a patch.</param>
    /// <exception cref="UsageException">The step is below 1.</exception>
    public static Objective Patches(string path, int? step = null) => new PatchObjective(new FileReference(Images.ImagePatches.Kind, path, null), step);

    /// <summary>
    /// How opaque an image with transparency is, the mean of α, to be subtracted: of the parameterization <see cref="Parameterizations.AlphaImage"/>, whose own penalty is the same for all steps, where this one may
    /// stand in a stage or behind a mask. Source: Lucid's notebook on transparency.
    /// </summary>
    public static Objective Opacity() => new OpacityObjective();

    /// <summary>An objective divided by the number of values of the image, C·H·W: so a weight does for images of any size. Source: keras-vis divides its penalties by it.</summary>
    public static Objective PerValue(Objective objective) => new PerValueObjective(objective);
}
