using System.Globalization;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Transforms;

namespace Phosphene.Studio.Live;

/// <summary>A recipe as a page has it: a preset, and as text the parts that differ from it.</summary>
/// <param name="Preset">The name of the preset.</param>
/// <param name="Parts">Texts by the names of parts, <see cref="Names"/>; what is left out is as in the preset.</param>
internal sealed record RecipeText(string Preset, IReadOnlyDictionary<string, string>? Parts)
{
    /// <summary>The longest side of an image, and the most steps.</summary>
    public const int MostSide = 1024, MostSteps = 100_000;

    private const string Steps = "steps", Size = "size", Seed = "seed", Parameterization = "parameterization", Transforms = "transforms", Optimizer = "optimizer", ImageOperators = "imageOperators",
        GradientOperators = "gradientOperators", Penalty = "penalty";

    /// <summary>The names of the parts.</summary>
    public static IReadOnlyList<string> Names { get; } = [Steps, Size, Seed, Parameterization, Transforms, Optimizer, ImageOperators, GradientOperators, Penalty];

    /// <summary>The recipe, with a size.</summary>
    /// <exception cref="FieldException">A part cannot be read.</exception>
    /// <exception cref="UsageException">There is no such preset or part.</exception>
    public Recipe Read(Model model)
    {
        if (!Recipe.Presets.TryGetValue(Preset ?? "", out Recipe? recipe)) throw new UsageException($"There is no preset '{Preset}'; there are {string.Join(", ", Recipe.Presets.Keys)}.");
        if (Parts?.Keys.FirstOrDefault(name => !Names.Contains(name)) is { } unknown) throw new UsageException($"A recipe has no part '{unknown}'; it has {string.Join(", ", Names)}.");
        // In the order in which the command line takes them: sizes and steps change what the preset has, and what is given stays as it is.
        recipe = !string.IsNullOrWhiteSpace(Text(Size)) && Part(Size, ReadSize) is var size ? recipe.For(size.Height, size.Width) : recipe.For(model);
        if (recipe.Height > MostSide || recipe.Width > MostSide) recipe = recipe.For(Math.Min(MostSide, recipe.Height!.Value), Math.Min(MostSide, recipe.Width!.Value));
        if (Part(Steps, text => (int)Whole(text, "the steps", 1, MostSteps)) is > 0 and var steps) recipe = recipe.WithSteps(steps);
        return recipe with
        {
            Seed = Part(Seed, text => Whole(text, "the seed", 0, ulong.MaxValue)),
            Parameterization = Part(Parameterization, Texts.Parameterizations.Parse) ?? recipe.Parameterization,
            Transforms = Part(Transforms, Pipeline.Parse) ?? recipe.Transforms,
            Optimizer = Part(Optimizer, Texts.Optimizers.Parse) ?? recipe.Optimizer,
            ImageOperators = Part(ImageOperators, OperatorPipeline.Parse) ?? recipe.ImageOperators,
            GradientOperators = Part(GradientOperators, OperatorPipeline.Parse) ?? recipe.GradientOperators,
            // An empty text is no penalty, where the preset has one.
            Penalty = Text(Penalty) is { } penalty ? string.IsNullOrWhiteSpace(penalty) ? null : Part(Penalty, Objective.Parse) : recipe.Penalty,
            Batch = 1,
        };
    }

    /// <summary>All parts of a recipe as text.</summary>
    public static RecipeText Of(Recipe recipe) => new(recipe.Preset, new Dictionary<string, string>
    {
        [Steps] = recipe.Steps.ToString(CultureInfo.InvariantCulture),
        // Empty is the model's.
        [Size] = recipe.Height is null || recipe.Width is null ? "" : recipe.Height == recipe.Width ? $"{recipe.Height}" : $"{recipe.Height}x{recipe.Width}",
        [Seed] = recipe.Seed.ToString(CultureInfo.InvariantCulture),
        [Parameterization] = Texts.Parameterizations.Print(recipe.Parameterization),
        [Transforms] = recipe.Transforms.ToString(),
        [Optimizer] = Texts.Optimizers.Print(recipe.Optimizer),
        [ImageOperators] = recipe.ImageOperators.ToString(),
        [GradientOperators] = recipe.GradientOperators.ToString(),
        [Penalty] = $"{recipe.Penalty}",
    });

    /// <summary>The same with another number of steps.</summary>
    public RecipeText WithSteps(int steps) => With(Steps, steps.ToString(CultureInfo.InvariantCulture));

    /// <summary>The same with another seed.</summary>
    public RecipeText WithSeed(ulong seed) => With(Seed, seed.ToString(CultureInfo.InvariantCulture));

    private RecipeText With(string name, string text) => this with { Parts = new Dictionary<string, string>(Parts ?? new Dictionary<string, string>()) { [name] = text } };

    private string? Text(string name) => Parts?.GetValueOrDefault(name);

    private T? Part<T>(string name, Func<string, T> read) => Text(name) is { } text ? Read(name, text, read) : default;

    /// <summary>Reads a text of a request.</summary>
    /// <exception cref="FieldException">It cannot be read.</exception>
    public static T Read<T>(string field, string text, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (TextFormatException error)
        {
            throw new FieldException(field, error);
        }
    }

    private static ImageSize ReadSize(string text) => ImageSize.Parse(text) is { Height: <= MostSide, Width: <= MostSide } size ? size
        : throw new TextFormatException($"At most {MostSide} pixels on a side are expected here; 'phosphene render' makes larger pictures.", text, 0);

    private static ulong Whole(string text, string what, ulong least, ulong most) =>
        ulong.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= least && value <= most ? value
            : throw new TextFormatException($"An integer from {least} to {most} is expected for {what}.", text, 0);
}
