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
                stage.GradientOperators ?? recipe.GradientOperators, stage.Optimizer ?? recipe.Optimizer, stage.Penalty ?? recipe.Penalty, stage.Height ?? height, stage.Width ?? width));
            first += stage.Steps;
        }
        legs.Add(new Leg(first, int.MaxValue, recipe.Transforms, recipe.ImageOperators, recipe.GradientOperators, recipe.Optimizer, recipe.Penalty, height, width));
        return legs;
    }
}
