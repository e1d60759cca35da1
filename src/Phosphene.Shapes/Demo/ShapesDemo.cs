using System.Collections.Immutable;
using System.Globalization;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Optimizers;
using Phosphene.Pages;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Shapes.Datasets;
using Phosphene.Visualization;

namespace Phosphene.Shapes.Demo;

/// <summary>
/// The shapes experiment as one page: what a small classifier sees, with every way to regularize that the report tried, and the numbers that tell them
/// apart. All models are the embedded ones. The same seed gives the same page, but for the times in it.
/// </summary>
public sealed partial class ShapesDemo : IDisposable
{
    // The classes of the report's figure: rainbow double line, square, circle, triangle.
    private static readonly ImmutableArray<int> Classes = [9, 24, 39, 54];

    private readonly ShapesDataset _dataset = new();
    private readonly Model _classifier;
    private readonly Decoder _residual, _plain;
    private readonly CancellationToken _cancellation;
    private readonly ShapesDemoSizes _sizes;

    /// <summary>Opens the embedded models.</summary>
    /// <param name="threads">The number of threads; null for all processors.</param>
    /// <param name="sizes">How much work the experiments do; all of it if null.</param>
    /// <param name="cancellation">Ends the experiment that is running, by an <see cref="OperationCanceledException"/>: it adds nothing to the page.</param>
    public ShapesDemo(int? threads = null, ShapesDemoSizes? sizes = null, CancellationToken cancellation = default)
    {
        _classifier = Model.Load(EmbeddedModels.Shapes, new ModelOptions { Threads = threads });
        _residual = Decoder.Load(EmbeddedModels.ShapesDecoder);
        _plain = Decoder.Load(EmbeddedModels.ShapesPlainDecoder);
        _cancellation = cancellation;
        _sizes = sizes ?? new ShapesDemoSizes();
    }

    /// <summary>The parts of the page in their order, and what each adds to it: all of it or, when it is cancelled, nothing.</summary>
    public IReadOnlyList<(string Name, Action<HtmlPage> Add)> Experiments =>
    [
        ("the data", AddData), ("channels", AddChannels), ("classes", AddClasses), ("ascent in latents", AddLatentAscent),
        ("a walk through latents", AddWalk), ("random search", AddSearch), ("regularizers compared", AddRegularizers), ("what next", AddNext),
    ];

    /// <summary>How far the random search is: latents done and to do.</summary>
    public event Action<int, int>? Searching;

    /// <summary>A page that says what it is about and nothing else yet.</summary>
    public HtmlPage NewPage() => new("What a small neural network sees",
        $"""
        A network with {_classifier.Layers.Count(layer => layer.Operator == "Conv")} convolutions tells {ShapeClass.Count} kinds of simple shapes apart. What did it learn? Feature visualization
        asks it directly: start from noise, and change the image so that one of its neurons likes it more and more.

        Everything on this page was computed just now, on this machine, from three small models that come with Phosphene. The experiments
        are those of a student's report (COMP421, Victoria University of Wellington, 2020) on Olah, Mordvintsev and Schubert's article *Feature
        Visualization*, with the reasons for what failed in it measured.
        """);

    /// <summary>The first picture, in a moment, large: what excites the class of <see cref="FirstClass"/> most.</summary>
    public Picture First()
    {
        Recipe recipe = Robust with
        {
            Parameterization = new Fourier(),
            Optimizer = new Adam(),
            Penalty = 0.01f * Objective.L1(0),                      // the data are black but for the shape
            Steps = _sizes.FirstSteps,
        };
        Picture picture = new Visualizer(_classifier, recipe).Render(Objective.Logit(Classes[2]), cancellation: _cancellation).Pictures[0];
        return picture.Resize(Enlarged * picture.Height, Enlarged * picture.Width);
    }

    /// <summary>The class that <see cref="First"/> shows.</summary>
    public static string FirstClass => ClassName(Classes[2]);

    private const int Enlarged = 8;

    // By how many pixels the report's robust recipe moves the image.
    private const int Moves = 20;

    // The report's robust recipe: an image of 68 pixels, turned by any angle, of which a window of 48 is seen. Source: recipes of COMP421, section 3.3.
    private Recipe Robust => Recipe.Naive with
    {
        Preset = "custom",
        Height = 48 + Moves,
        Width = 48 + Moves,
        Steps = _sizes.Steps,
        Transforms = Transforms.Pipeline.Of(new Transforms.Rotate(Transforms.Draw.Between(-180, 180)), new Transforms.Jitter(Moves)),
    };

    // It moves by as many pixels as in the article, though these images are smaller; and has no limit of contrast, since the data are black but for the shape.
    private Recipe Article => Recipe.Distill with { Height = 48, Width = 48, Steps = _sizes.ArticleSteps, Parameterization = new Fourier() };

    private Recipe Naive => Recipe.Naive with { Height = 48, Width = 48, Steps = _sizes.Steps };

    // One image for each of several objectives, made side by side: 48 x 48 pixels, the middle of larger ones.
    private IReadOnlyList<Picture> Render(Recipe recipe, Objective[] objectives)
    {
        return [.. new Visualizer(_classifier, recipe with { Batch = objectives.Length }).Render(Objective.Each(objectives), cancellation: _cancellation).Pictures.Select(Seen)];
    }

    // What the classifier says of pictures of 48 x 48 pixels or more, of which it sees the middle: logits [n, 60].
    private float[][] Logits(IReadOnlyList<Picture> pictures)
    {
        var image = new Tensor(new Input(new Shape(pictures.Count, 3, 48, 48), "image"));
        Tensor logits = _classifier.Activate(image)[_classifier.LogitsLayer];
        using Plan plan = _classifier.Backend.Compile(logits);
        Span<float> input = plan.Input(image);
        int length = input.Length / pictures.Count;
        for (int n = 0; n < pictures.Count; n++) Seen(pictures[n]).ToPlanar(input.Slice(n * length, length));
        plan.Run();
        float[] all = plan.Output(logits).ToArray();
        return [.. all.Chunk(all.Length / pictures.Count)];
    }

    private static Picture Seen(Picture picture) => picture.Height > 48 ? picture.CenterCrop(48, 48) : picture;

    private static double Probability(float[] logits, int index)
    {
        double most = logits.Max();
        return Math.Exp(logits[index] - most) / logits.Sum(logit => Math.Exp(logit - most));
    }

    private static string Percent(double share) => share.ToString("0.0 %", CultureInfo.InvariantCulture);

    private static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    private static string ClassName(int index) => ShapesDataset.ClassNames[index];

    /// <summary>Closes the models.</summary>
    public void Dispose()
    {
        _classifier.Dispose();
        _residual.Dispose();
        _plain.Dispose();
    }
}
