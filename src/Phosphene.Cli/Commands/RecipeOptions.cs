using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Cli.Commands;

/// <summary>The options of a command line that make a recipe, with their values as they were typed.</summary>
internal sealed record RecipeOptions
{
    private const string UsualPreset = "lucid";

    public string? Preset { get; init; }

    public string? File { get; init; }

    public int? Steps { get; init; }

    public int? Patience { get; init; }

    public ImageSize? Size { get; init; }

    public int? Batch { get; init; }

    public ulong? Seed { get; init; }

    public string? Parameterization { get; init; }

    public string? Transforms { get; init; }

    public string? ImageOperators { get; init; }

    public string? GradientOperators { get; init; }

    public string? Optimizer { get; init; }

    public float? LearningRate { get; init; }

    public string? Penalty { get; init; }

    public IReadOnlyList<string> Start { get; init; } = [];

    public string? Display { get; init; }

    /// <summary>The most pixels of a side of a dream that is as large as its photo. At 1,024 a step takes some seconds.</summary>
    public int LargestDream { get; init; } = 1024;

    /// <summary>The recipe, for no model in particular.</summary>
    public Recipe Read()
    {
        Recipe start = Base();
        if (Steps is { } steps) start = start.WithSteps(steps);
        Recipe recipe = start with
        {
            Patience = Patience ?? start.Patience,
            Batch = Batch ?? Math.Max(start.Batch, Start.Count),
            Seed = Seed ?? start.Seed,
            Parameterization = Parameterization is null ? start.Parameterization : Texts.Parameterizations.Parse(Parameterization),
            Transforms = Transforms is null ? start.Transforms : Pipeline.Parse(Transforms),
            ImageOperators = ImageOperators is null ? start.ImageOperators : OperatorPipeline.Parse(ImageOperators),
            GradientOperators = GradientOperators is null ? start.GradientOperators : OperatorPipeline.Parse(GradientOperators),
            Optimizer = WithRate(Optimizer is null ? start.Optimizer : Texts.Optimizers.Parse(Optimizer)),
            Penalty = Penalty switch { null => start.Penalty, "none" => null, _ => Objective.Parse(Penalty) },
            Start = StartOf(start),
            Display = Display is null ? start.Display : Images.Display.Parse(Display),
        };
        recipe.Check();
        return recipe.Pinned();
    }

    /// <summary>The same with images that share their coarse parts, so that frames line up, unless another parameterization is asked for.</summary>
    public RecipeOptions Sharing() => Parameterization is null && Read().Parameterization is Fourier own
        ? this with { Parameterization = Texts.Parameterizations.Print(new Shared(own)) }
        : this;

    /// <summary>The recipe at the size that is asked for: that of the options, of the recipe's file, or of the model.</summary>
    public Recipe For(Recipe recipe, Model model)
    {
        // A file has the transforms for its size; a preset has those for 224 pixels.
        if ((Size ?? SizeOfDream(recipe)) is not { } size) return recipe.For(model);
        return File is null && Transforms is null ? recipe.For(size.Height, size.Width) : recipe with { Height = size.Height, Width = size.Width };
    }

    // A dream of a photo is as large as the photo, which it changes; other pictures are as the model takes them.
    private ImageSize? SizeOfDream(Recipe recipe)
    {
        if (recipe.Preset != Recipe.DeepDream.Preset || recipe.Start is null || recipe.Height is not null || recipe.Width is not null) return null;
        Picture photo = recipe.Start.Read()[0];
        double factor = Math.Min(1, (double)LargestDream / Math.Max(photo.Height, photo.Width));
        return new ImageSize((int)Math.Round(photo.Height * factor), (int)Math.Round(photo.Width * factor));
    }

    private Recipe Base()
    {
        if (File is not null && Preset is not null) throw new UsageException("--recipe and --preset each give a recipe to start from; give one of them.");
        if (File is not null) return Recipe.Load(File).FoundFrom(Path.GetDirectoryName(Path.GetFullPath(File))!);
        string preset = Preset ?? UsualPreset;
        return Recipe.Presets.TryGetValue(preset, out Recipe? recipe)
            ? recipe
            : throw new UsageException($"There is no preset '{preset}'{NearestNames.Question(preset, Recipe.Presets.Keys) switch { "" => ";", var question => question }} there are {string.Join(", ", Recipe.Presets.Keys)}.");
    }

    private Start? StartOf(Recipe otherwise) => Start switch
    {
        [] => otherwise.Start,
        [var image] => new ImageReference(image),
        _ => Recipes.Start.From([.. Start.Select(image => new ImageReference(image))]),
    };

    private IOptimizer WithRate(IOptimizer optimizer) => LearningRate is not { } rate ? optimizer
        : optimizer.WithRate(rate) ?? throw new UsageException($"--lr is a learning rate, and the optimizer {Texts.Optimizers.Print(optimizer)} has none.");
}
