using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Recipes;
using Phosphene.Transforms;

namespace Phosphene.Visualization;

/// <summary>A run of steps that are all alike: a stage of the recipe with what it takes from the recipe, or what follows after the last stage.</summary>
/// <param name="First">The steps done before it.</param>
/// <param name="End">The steps done after it.</param>
/// <param name="Transforms">What happens to the image before the model sees it.</param>
/// <param name="ImageOperators">What is done to the image after each step.</param>
/// <param name="GradientOperators">What is done to the gradient in the image.</param>
/// <param name="Optimizer">How the parameters move.</param>
/// <param name="Penalty">What is subtracted from the objective.</param>
/// <param name="Height">The height of the image.</param>
/// <param name="Width">The width of the image.</param>
internal sealed record Leg(int First, int End, Pipeline Transforms, OperatorPipeline ImageOperators, OperatorPipeline GradientOperators,
    IOptimizer Optimizer, Objective? Penalty, int Height, int Width)
{
    /// <summary>Whether it is what follows after the stages.</summary>
    public bool IsLast => End == int.MaxValue;

    /// <summary>The legs of a recipe that has a size, in order; the last has no end.</summary>
    public static IReadOnlyList<Leg> Of(Recipe recipe)
    {
        var legs = new List<Leg>();
        int first = 0, height = recipe.Height!.Value, width = recipe.Width!.Value;
        foreach (Stage stage in recipe.Stages)
        {
            legs.Add(new Leg(first, first + stage.Steps, stage.Transforms ?? recipe.Transforms, stage.ImageOperators ?? recipe.ImageOperators,
                stage.GradientOperators ?? recipe.GradientOperators, stage.Optimizer ?? recipe.Optimizer, stage.IsUnpenalized ? null : stage.Penalty ?? recipe.Penalty, stage.Height ?? height, stage.Width ?? width));
            first += stage.Steps;
        }
        legs.Add(new Leg(first, int.MaxValue, recipe.Transforms, recipe.ImageOperators, recipe.GradientOperators, recipe.Optimizer, recipe.Penalty, height, width));
        return legs;
    }

    /// <summary>The leg that a step is of.</summary>
    /// <param name="legs">All legs of a recipe.</param>
    /// <param name="step">The steps done before it.</param>
    public static Leg At(IReadOnlyList<Leg> legs, int step) => legs.First(leg => step < leg.End);

    /// <summary>Whether the steps of two legs are alike: they differ at most in where they begin and end.</summary>
    public bool IsLike(Leg other) => (this with { First = other.First, End = other.End }) == other;

    /// <summary>The recipe of an ascent that goes on with another one after some steps: that other one, with stages that tell the steps before.</summary>
    /// <param name="before">The recipe of the steps that were done.</param>
    /// <param name="steps">How many were done.</param>
    /// <param name="after">The recipe of those to come; stages of it that would be over by now are left out.</param>
    /// <returns>The recipe, of at least as many steps as were done; null if stages cannot tell what differs.</returns>
    public static Recipe? Told(Recipe before, int steps, Recipe after)
    {
        // How long a dead ReLU is opened differs only if that concerned a step that was done.
        if (!before.Parameterization.Equals(after.Parameterization) || before.Seed != after.Seed || before.Batch != after.Batch || before.Start != after.Start || before.Patience != after.Patience
            || Math.Min(before.RedirectSteps, steps) != Math.Min(after.RedirectSteps, steps)) return null;
        var legs = new List<Leg>();
        IEnumerable<Leg> done = Of(before).Where(leg => leg.First < steps).Select(leg => leg with { End = Math.Min(leg.End, steps) });
        IEnumerable<Leg> toCome = Of(after).Where(leg => leg.End > steps).Select(leg => leg with { First = Math.Max(leg.First, steps) });
        foreach (Leg leg in done.Concat(toCome))
        {
            if (legs.Count > 0 && legs[^1].IsLike(leg)) legs[^1] = legs[^1] with { End = leg.End };
            else legs.Add(leg);
        }
        return legs.Count - 1 > Recipe.MaximumStages ? null
            : after with { Steps = Math.Max(after.Steps, steps), Stages = [.. legs.SkipLast(1).Select(leg => leg.AsStage(after))] };
    }

    // What a recipe has otherwise.
    private Stage AsStage(Recipe recipe) => new(End - First)
    {
        Transforms = Transforms.Equals(recipe.Transforms) ? null : Transforms,
        ImageOperators = ImageOperators.Equals(recipe.ImageOperators) ? null : ImageOperators,
        GradientOperators = GradientOperators.Equals(recipe.GradientOperators) ? null : GradientOperators,
        Optimizer = Optimizer.Equals(recipe.Optimizer) ? null : Optimizer,
        Penalty = Penalty == recipe.Penalty ? null : Penalty,
        IsUnpenalized = Penalty is null && recipe.Penalty is not null,
        Height = Height == recipe.Height ? null : Height,
        Width = Width == recipe.Width ? null : Width,
    };
}
