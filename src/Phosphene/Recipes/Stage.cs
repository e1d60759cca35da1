using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Optimizers;
using Phosphene.Transforms;

namespace Phosphene.Recipes;

/// <summary>
/// How some of the first steps differ from the recipe. Stages come one after the other; what is null is as in the recipe, and after the last stage the
/// recipe itself goes on until its <see cref="Recipe.Steps"/>.
/// </summary>
/// <param name="Steps">The number of steps, at least 1.</param>
public sealed record Stage(int Steps)
{
    /// <summary>What happens to the image before the model sees it.</summary>
    public Pipeline? Transforms { get; init; }

    /// <summary>What is done to the image after each step.</summary>
    public OperatorPipeline? ImageOperators { get; init; }

    /// <summary>What is done to the gradient in the image before it goes back into the parameters.</summary>
    public OperatorPipeline? GradientOperators { get; init; }

    /// <summary>How the parameters move.</summary>
    public IOptimizer? Optimizer { get; init; }

    /// <summary>What is subtracted from the objective.</summary>
    public Objective? Penalty { get; init; }

    /// <summary>Whether nothing is subtracted from the objective, even if the recipe has a penalty.</summary>
    public bool IsUnpenalized { get; init; }

    /// <summary>The height of the image in pixels.</summary>
    public int? Height { get; init; }

    /// <summary>The width of the image in pixels.</summary>
    public int? Width { get; init; }
}
