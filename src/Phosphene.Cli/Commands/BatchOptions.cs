using System.CommandLine;
using Phosphene.Images;
using Phosphene.Syntax;

namespace Phosphene.Cli.Commands;

/// <summary>The model and the options of the commands that make one picture of a batch whose objective they put together themselves.</summary>
internal sealed class BatchOptions
{
    private readonly Option<string?> _preset = CommonOptions.Preset(), _recipe = CommonOptions.RecipeFile();
    private readonly Option<int?> _steps = CommonOptions.Steps(), _patience = CommonOptions.Patience();
    private readonly Option<ImageSize?> _size = CommonOptions.Size("The height and width of each image in pixels; by default the size that the model was made for, else 224.");
    private readonly Option<ulong?> _seed = CommonOptions.Seed();
    private readonly Option<string?> _parameterization;
    private readonly Option<string?> _transforms = new("--transforms") { HelpName = "PIPELINE", Description = "What happens to the images at each step, as in pad(16)|jitter(16)|crop, or none." };
    private readonly Option<string?> _imageOperators = CommonOptions.ImageOperators(), _gradientOperators = CommonOptions.GradientOperators();
    private readonly Option<string?> _penalty = new("--penalty") { HelpName = "OBJECTIVE", Description = "What is subtracted from the objective of every image, as in 0.001*tv()." };
    private readonly Option<string?> _preprocess = CommonOptions.Preprocess(), _labels = CommonOptions.Labels();
    private readonly Option<int?> _threads = CommonOptions.Threads();
    private readonly Option<bool> _json = CommonOptions.Json(), _quiet = new("--quiet") { Description = "No progress and no summary." };

    /// <param name="parameterization">What the option for the parameterization tells.</param>
    public BatchOptions(string parameterization) => _parameterization = new("--parameterization") { HelpName = "TEXT", Description = parameterization };

    /// <summary>The model.</summary>
    public Argument<string> Model { get; } = CommonOptions.Model();

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [_preset, _recipe, _steps, _patience, _size, _seed, _parameterization, _transforms, _imageOperators, _gradientOperators, _penalty, _preprocess, _labels, _threads, _json, _quiet];

    /// <summary>The options of the recipe, as they were typed.</summary>
    public RecipeOptions Recipe(ParseResult parsed) => new()
    {
        Preset = parsed.GetValue(_preset),
        File = parsed.GetValue(_recipe),
        Steps = parsed.GetValue(_steps),
        Patience = parsed.GetValue(_patience),
        Size = parsed.GetValue(_size),
        Seed = parsed.GetValue(_seed),
        Parameterization = parsed.GetValue(_parameterization),
        Transforms = parsed.GetValue(_transforms),
        ImageOperators = parsed.GetValue(_imageOperators),
        GradientOperators = parsed.GetValue(_gradientOperators),
        Penalty = parsed.GetValue(_penalty),
    };

    /// <summary>How the model is opened.</summary>
    public Models.ModelOptions ModelOptions(ParseResult parsed) => CommonOptions.ModelOptions(parsed.GetValue(_preprocess), parsed.GetValue(_labels), parsed.GetValue(_threads));

    /// <summary>Whether the result is told as JSON.</summary>
    public bool Json(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Whether nothing is told.</summary>
    public bool Quiet(ParseResult parsed) => parsed.GetValue(_quiet);

    /// <summary>The work: a batch that is one picture, or an animation.</summary>
    /// <param name="terminal">What it talks to.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="objective">What the batch maximizes.</param>
    /// <param name="recipe">The options of its recipe, with the size of the batch.</param>
    /// <param name="layout">How a picture shows the batch; an animation shows one image after the other.</param>
    public RenderJob Job(Terminal terminal, ParseResult parsed, string output, Objectives.Objective objective, RecipeOptions recipe, Layout layout) =>
        Job(terminal, parsed, parsed.GetRequiredValue(Model), output, objective, recipe, layout);

    /// <inheritdoc cref="Job(Terminal, ParseResult, string, Objectives.Objective, RecipeOptions, Layout)"/>
    public RenderJob Job(Terminal terminal, ParseResult parsed, string model, string output, Objectives.Objective objective, RecipeOptions recipe, Layout layout) => new(terminal)
    {
        Model = model,
        Objective = objective.ToString(),
        Output = output,
        Recipe = recipe,
        Layout = new PictureFiles(output).IsAnimation ? null : _ => layout,
        GoesBack = true,
        Preprocess = parsed.GetValue(_preprocess),
        Labels = parsed.GetValue(_labels),
        Threads = parsed.GetValue(_threads),
        Json = parsed.GetValue(_json),
        Quiet = parsed.GetValue(_quiet),
    };
}
