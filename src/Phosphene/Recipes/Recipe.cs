using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Transforms;

namespace Phosphene.Recipes;

/// <summary>
/// Everything that decides a picture beside the model and the objective. The same recipe gives the same pixels; as JSON it goes into every PNG.
/// </summary>
public sealed partial record Recipe
{
    /// <summary>The preset it started from, for people to read.</summary>
    public string Preset { get; init; } = "custom";

    /// <summary>What the optimizer changes and how the image comes of it.</summary>
    public IParameterization Parameterization { get; init; } = new Fourier();

    /// <summary>What happens to the image before the network sees it, drawn anew each step.</summary>
    public Pipeline Transforms { get; init; } = Pipeline.None;

    /// <summary>How the parameters move.</summary>
    public IOptimizer Optimizer { get; init; } = new Adam();

    /// <summary>The number of steps.</summary>
    public int Steps { get; init; } = 512;

    /// <summary>What all randomness comes from.</summary>
    public ulong Seed { get; init; }

    /// <summary>The height of the image in pixels.</summary>
    public int Height { get; init; } = 224;

    /// <summary>The width of the image in pixels.</summary>
    public int Width { get; init; } = 224;

    /// <summary>The number of images, each from its own start.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>How the picture shows the channels of the image.</summary>
    public Display Display { get; init; } = Display.All;

    /// <summary>
    /// For how many steps a ReLU that lets no gradient through at all is opened, per image; see <c>RedirectedRelu</c>. Lucid: 17.
    /// </summary>
    public int RedirectSteps { get; init; } = 17;

    /// <summary>
    /// The article's recipe: 2,560 steps of Adam at 0.05 in decorrelated Fourier space, with its six transforms.
    /// Source: the article, "Preconditioning and Parameterization".
    /// </summary>
    public static Recipe Distill { get; } = new()
    {
        Preset = "distill",
        Steps = 2560,
        Transforms = Pipeline.Of(new Pad(16), new Jitter(16), new Scale(Draw.OneOf(1, 0.975f, 1.025f, 0.95f, 1.05f)),
            new Rotate(Draw.OneOf(-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5)), new Jitter(8), new Crop()),
    };

    /// <summary>Lucid's defaults: 512 steps, its standard transforms. Source: optvis/transform.py and optvis/render.py.</summary>
    public static Recipe Lucid { get; } = new()
    {
        Preset = "lucid",
        Steps = 512,
        Transforms = Pipeline.Of(new Pad(12), new Jitter(8), new Scale(Draw.OneOf([.. Enumerable.Range(-5, 11).Select(i => (50 + i) / 50f)])),
            new Rotate(Draw.OneOf([.. Enumerable.Range(-10, 21).Select(i => (float)i), 0, 0, 0, 0, 0])), new Jitter(4)),
    };

    /// <summary>What the article warns of: pixels, no transforms. Source: the article, "The Enemy of Feature Visualization".</summary>
    public static Recipe Naive { get; } = new() { Preset = "naive", Steps = 512, Parameterization = new Pixels() };

    /// <summary>
    /// This recipe for images of the size that a network was exported for, 224 pixels if it leaves that open. The transforms are made for 224 pixels;
    /// for smaller images what they move, in pixels, is smaller in proportion (<see cref="Pipeline.For"/>).
    /// </summary>
    public Recipe For(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        (int height, int width) = model.UsualSize;
        return For(height, width);
    }

    /// <summary>This recipe for images of a size, as <see cref="For(Model)"/>.</summary>
    public Recipe For(int height, int width) => this with { Height = height, Width = width, Transforms = Transforms.For(height, width) };

    /// <summary>The presets by name.</summary>
    public static IReadOnlyDictionary<string, Recipe> Presets { get; } =
        new Dictionary<string, Recipe>(StringComparer.OrdinalIgnoreCase) { ["distill"] = Distill, ["lucid"] = Lucid, ["naive"] = Naive };
}
