using System.Collections.Immutable;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Recipes;

/// <summary>
/// Everything that decides a picture beside the model and the objective. The same recipe gives the same pixels; as JSON it goes into every PNG.
/// </summary>
public sealed partial record Recipe
{
    private const int MadeFor = 224;                                 // the pixels of a side that a recipe is made for which names no size

    /// <summary>The longest <see cref="Patience"/>: twice as many values are kept.</summary>
    internal const int MaximumPatience = 1_000_000;

    private readonly StageList _stages = new([]);

    /// <summary>The preset it started from, for people to read.</summary>
    public string Preset { get; init; } = "custom";

    /// <summary>What the optimizer changes and how the image comes of it.</summary>
    public IParameterization Parameterization { get; init; } = new Fourier();

    /// <summary>What happens to the image before the model sees it, drawn anew each step.</summary>
    public Pipeline Transforms { get; init; } = Pipeline.None;

    /// <summary>
    /// What is done to the image after each step, or after some (<see cref="Every"/>): the parameters become what makes the changed image. What the optimizer remembers stays. It needs a parameterization that can
    /// begin from an image.
    /// </summary>
    public OperatorPipeline ImageOperators { get; init; } = OperatorPipeline.None;

    /// <summary>What is done in each step to the gradient in the image [N, C, H, W], before it goes back into the parameters.</summary>
    public OperatorPipeline GradientOperators { get; init; } = OperatorPipeline.None;

    /// <summary>How the parameters move.</summary>
    public IOptimizer Optimizer { get; init; } = new Adam();

    /// <summary>What is subtracted from every objective, for example 0.001*tv(); null for nothing.</summary>
    public Objective? Penalty { get; init; }

    /// <summary>The image, or images, that the ascent starts from; null for noise from the seed.</summary>
    public Start? Start { get; init; }

    /// <summary>The penalties of the recipe and of its stages.</summary>
    internal IEnumerable<Objective> Penalties => Stages.Select(stage => stage.Penalty).Append(Penalty).OfType<Objective>();

    /// <summary>How the first steps differ from the recipe: stages, one after the other. After the last the recipe itself goes on until <see cref="Steps"/>.</summary>
    public ImmutableArray<Stage> Stages
    {
        get => _stages.Items;
        init => _stages = new StageList(value.IsDefault ? [] : value);
    }

    /// <summary>The number of steps.</summary>
    public int Steps { get; init; } = 512;

    /// <summary>
    /// The ascent ends before its <see cref="Steps"/> once the mean of the objective over so many steps is no higher than over as many before them; stages are always carried out. Null for never.
    /// Source: HappyMap of keras-vis's authors, which goes on until the activation stops rising.
    /// </summary>
    public int? Patience { get; init; }

    /// <summary>What all randomness comes from.</summary>
    public ulong Seed { get; init; }

    /// <summary>The height of the image in pixels; null for that of the model, see <see cref="For(Model)"/>.</summary>
    public int? Height { get; init; }

    /// <summary>The width of the image in pixels; null for that of the model.</summary>
    public int? Width { get; init; }

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
    /// Source: the article, "Preconditioning and Parameterization". The limit of the contrast is our own.
    /// </summary>
    public static Recipe Distill { get; } = new()
    {
        Preset = "distill",
        Steps = 2560,
        Parameterization = new Fourier(Contrast: Fourier.ContrastOfPhotos),
        Transforms = Pipeline.Of(new Pad(16), new Jitter(16), new Scale(Draw.OneOf(1, 0.975f, 1.025f, 0.95f, 1.05f)),
            new Rotate(Draw.OneOf(-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5)), new Jitter(8), new Crop()),
    };

    /// <summary>Lucid's defaults: 512 steps, its standard transforms. Source: optvis/transform.py and optvis/render.py. The limit of the contrast is our own.</summary>
    public static Recipe Lucid { get; } = new()
    {
        Preset = "lucid",
        Steps = 512,
        Parameterization = new Fourier(Contrast: Fourier.ContrastOfPhotos),
        Transforms = Pipelines.Lucid,
    };

    /// <summary>
    /// Most of what <see cref="Lucid"/> reaches in a quarter of its steps: a contrast that stands from the first step on, so that each step turns the image by as much as the schedule says; weight decay, which forgets what early steps
    /// took for the pattern; transforms of half the strength. What was tried on the way to it is told in docs/comparisons.md. Our own.
    /// </summary>
    public static Recipe Swift { get; } = new()
    {
        Preset = "swift",
        Steps = 128,
        Parameterization = new Fourier(Decay: 1.2f, Contrast: 1.2f, Exact: true),
        Transforms = Pipelines.Swift,
        Optimizer = new CosineSchedule(new AdamW(0.1f, 4, 0.95f), 128),
    };

    /// <summary>Lucent's defaults: Lucid's without the limit of the contrast. Source: lucent/optvis; what differs besides is in docs/parameterizations.md.</summary>
    public static Recipe Lucent { get; } = new() { Preset = "lucent", Steps = 512, Transforms = Pipelines.Lucid };

    /// <summary>Captum's defaults: a start eight times as strong as Lucid's, Adam at 0.025, a zoom and a shift. Source: captum/optim.</summary>
    public static Recipe Captum { get; } = new() { Preset = "captum", Steps = 512, Parameterization = new Fourier(0.08f), Optimizer = new Adam(0.025f), Transforms = Pipelines.Captum };

    /// <summary>xplique's defaults: 512 pixels, stronger high frequencies, wide shifts, a blur and a flip. Source: xplique, features_visualizations; it stretches each image to its whole range, too.</summary>
    public static Recipe Xplique { get; } = new() { Preset = "xplique", Steps = 256, Height = 512, Width = 512, Parameterization = new Fourier(Decay: 0.85f), Transforms = Pipelines.Xplique(512) };

    /// <summary>
    /// keras-vis's activation maximization, its happy maps; of -1 times an objective its sad ones: pixels, gradients of length 1, RMSProp, an L6 norm and total variation, each with the weight 10. Images of 0 to 255 there
    /// are 0 to 1 here. Its jitter is a roll. Not ours: it keeps the best of all images rather than the last. Source: keras-vis, vis/optimizer.py.
    /// </summary>
    public static Recipe KerasVis { get; } = new()
    {
        Preset = "keras-vis",
        Steps = 200,
        Parameterization = new Pixels(0.05f, Clip: true),
        Transforms = Pipeline.Of(new Roll(11)),
        GradientOperators = OperatorPipeline.Of(new Normalization()),
        Optimizer = new RmsProp(0.004f, 0.95f),
        Penalty = 2550f * Objective.PerValue(Objective.Norm(6)) + 650250f * Objective.PerValue(Objective.Variation(2)),
    };

    /// <summary>
    /// MaCo: 512 pixels with the magnitudes of photos, of which windows are seen, with transparency. Its windows and its rate are not those of MaCo's code (<see cref="Pipelines.Maco"/>), which takes 32 windows in each of
    /// 256 steps where this takes one: they shrink less, and Adam moves phases more slowly than its Nadam at 1. Source: Fel et al. 2023; xplique, features_visualizations/maco.py.
    /// </summary>
    public static Recipe Maco { get; } = new()
    {
        Preset = "maco",
        Steps = 256,
        Height = 512,
        Width = 512,
        Parameterization = new Maco(),
        Optimizer = new Adam(0.1f),
        Transforms = Pipeline.Of(new ResizedCrop(Draw.Between(0.3f, 0.6f), Last: Draw.Between(0.2f, 0.4f), Height: 224, Width: 224), new Noise(0.08f)),
    };

    /// <summary>
    /// DGN-AM: the latents of a decoder, which is to be named in <see cref="Parameterization"/>. The mean change of a latent falls from 0.2 to nothing; after each step latents become 0.99 of what they are and are
    /// cut off at 3 standard deviations. Source: Nguyen et al. 2016, act_max.py, where it falls from 2 (for GoogLeNet) or 8: latents there are activations, which go far beyond those of a standard normal prior.
    /// </summary>
    public static Recipe DgnAm { get; } = new()
    {
        Preset = "dgn-am",
        Steps = 200,
        Parameterization = new DecoderImage(DecoderImage.ToBeNamed, Clip: 3, Decay: 0.99f),
        Optimizer = new LinearSchedule(new NormalizedAscent(0.2f, ByMean: true), 200, 1e-10f),
    };

    /// <summary>What the article warns of: pixels, no transforms. Source: the article, "The Enemy of Feature Visualization".</summary>
    public static Recipe Naive { get; } = new() { Preset = "naive", Steps = 512, Parameterization = new Pixels() };

    /// <summary>
    /// DeepDream: ten steps in each of four octaves, 1.4 times as large each, of pixels that each step changes by 1.5 of 255 in the mean. Its <see cref="Start"/> is a photo, whose detail comes
    /// back from octave to octave. Source: DeepDream, Mordvintsev et al. 2015; its jitter of 32 pixels is a roll.
    /// </summary>
    public static Recipe DeepDream { get; } = new()
    {
        Preset = "deepdream",
        Steps = 40,
        Parameterization = new Pixels(Clip: true),
        Transforms = Pipeline.Of(new Roll(32)),
        Optimizer = new NormalizedAscent(1.5f / 255, ByMean: true),
        Stages = [.. new[] { 82, 114, 160 }.Select(side => new Stage(10) { Height = side, Width = side })],
    };

    /// <summary>
    /// This recipe with a size: its own, which stays, or, where it names none, the one that the model was exported for, 224 pixels if that is open. A recipe
    /// that names no size is made for 224 pixels: for smaller images what the transforms of its preset move, in pixels, is smaller in proportion
    /// (<see cref="Pipeline.For"/>), and stages keep their share. Transforms of one's own stay as they are. An ascent does this by itself.
    /// </summary>
    public Recipe For(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Height is not null && Width is not null) return this;
        (int height, int width) = model.UsualSize;
        Recipe fitted = For(Height ?? height, Width ?? width);
        return fitted with
        {
            Transforms = Transforms == Otherwise(Preset).Transforms ? fitted.Transforms : Transforms,
            Stages = [.. fitted.Stages.Zip(Stages, (stage, own) => stage with { Transforms = own.Transforms })],
        };
    }

    /// <summary>
    /// This recipe for images of another size. For smaller images than it was for, or than 224 pixels if it names no size, all transforms move less (<see cref="Pipeline.For"/>);
    /// stages keep their share of the size.
    /// </summary>
    public Recipe For(int height, int width)
    {
        int madeFor = Math.Min(Height ?? MadeFor, Width ?? MadeFor);
        return this with { Height = height, Width = width, Transforms = Transforms.For(height, width, madeFor), Stages = [.. Stages.Select(Fitted)] };

        Stage Fitted(Stage stage) => stage with
        {
            Transforms = stage.Transforms?.For(height, width, madeFor),
            Height = Share(stage.Height, height, Height ?? MadeFor),
            Width = Share(stage.Width, width, Width ?? MadeFor),
        };
    }

    private static int? Share(int? part, int side, int before) => part is null ? null : Math.Max(1, (int)Math.Round((double)part.Value * side / before));

    /// <summary>This recipe with another number of steps: a schedule over all steps is over all of the new ones.</summary>
    /// <param name="steps">The steps.</param>
    public Recipe WithSteps(int steps) => this with { Steps = steps, Optimizer = Optimizer.Over(Steps, Math.Max(1, steps)) };

    /// <summary>This recipe with the SHA-256 of each file that it refers to, so that no other takes its place.</summary>
    /// <exception cref="InputFileException">A file is missing or cannot be read.</exception>
    /// <exception cref="Runtime.Onnx.ModelFormatException">A decoder cannot be read.</exception>
    public Recipe Pinned() => WithPenalties(penalty => penalty.Pinned()) with { Start = Start?.Pinned(), Parameterization = Parameterization.Pinned() };

    /// <summary>This recipe with each file that it refers to where it can be found now: at its path, otherwise under its name in a folder.</summary>
    public Recipe FoundFrom(string folder) => WithPenalties(penalty => penalty.FoundFrom(folder)) with { Start = Start?.FoundFrom(folder), Parameterization = Parameterization.FoundFrom(folder) };

    private Recipe WithPenalties(Func<Objective, Objective> change) => this with
    {
        Penalty = Penalty is null ? null : change(Penalty),
        Stages = [.. Stages.Select(stage => stage.Penalty is null ? stage : stage with { Penalty = change(stage.Penalty) })],
    };

    /// <summary>Makes sure that the recipe can be carried out.</summary>
    /// <exception cref="UsageException">It cannot; the message says why.</exception>
    public void Check()
    {
        if (Height < 1 || Width < 1) throw new UsageException($"A recipe needs a height and a width of at least 1 pixel, or none; got {Side(Height)} x {Side(Width)} (height x width).");
        if (Patience is < 1 or > MaximumPatience) throw new UsageException($"A recipe needs a patience from 1 to {MaximumPatience} steps, or none; got {Patience}.");
        if (Batch < 1) throw new UsageException($"A recipe needs a batch of at least 1 image; got {Batch}.");
        if (Stages.FirstOrDefault(stage => stage.Steps < 1 || stage.Height < 1 || stage.Width < 1) is { } empty)
            throw new UsageException($"A stage needs steps, a height and a width of at least 1; got {empty.Steps} steps and {Side(empty.Height ?? Height)} x {Side(empty.Width ?? Width)} pixels.");
        long steps = Stages.Sum(stage => (long)stage.Steps);
        if (steps > Steps) throw new UsageException($"The stages of the recipe have {steps} steps, and the recipe has {Steps}; give it at least as many, or the stages fewer.");
    }

    private static string Side(int? pixels) => pixels is { } side ? Printed.Whole(side) : "the model's";

    /// <summary>The presets by name.</summary>
    public static IReadOnlyDictionary<string, Recipe> Presets { get; } =
        new Dictionary<string, Recipe>(StringComparer.OrdinalIgnoreCase) { ["distill"] = Distill, ["lucid"] = Lucid, ["swift"] = Swift, ["deepdream"] = DeepDream, ["lucent"] = Lucent, ["captum"] = Captum, ["xplique"] = Xplique, ["maco"] = Maco, ["keras-vis"] = KerasVis, ["dgn-am"] = DgnAm, ["naive"] = Naive };

    // Equal by its items, as an array is not, so that recipes are.
    private sealed record StageList(ImmutableArray<Stage> Items)
    {
        public bool Equals(StageList? other) => other is not null && Items.SequenceEqual(other.Items);

        public override int GetHashCode() => Items.Aggregate(17, HashCode.Combine);
    }
}
