using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Parameterizations;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Transforms;

namespace Phosphene.Visualization;

/// <summary>Whether each image of a batch is what it would be alone.</summary>
internal static class IndependentImages
{
    /// <summary>Whether a recipe lets the images of a batch be so: they share nothing, and nothing random is drawn apart for each.</summary>
    /// <param name="model">The model.</param>
    /// <param name="recipe">The recipe; it has a size.</param>
    public static bool In(Model model, Recipe recipe)
    {
        if (recipe.Start is not null || recipe.Patience is not null) return false;
        if (recipe.Penalties.SelectMany(penalty => ObjectiveTerms.Of(penalty)).Any(entry => entry.Term is DiversityObjective or AlignmentObjective or CustomObjective)) return false;
        using ParameterizedImage image = recipe.Parameterization.Build(new Shape(2, model.Input.Channels, recipe.Height!.Value, recipe.Width!.Value), recipe.Seed);
        return Repeated.Keeps(image) && recipe.Stages.Select(stage => stage.Transforms).Append(recipe.Transforms).OfType<Pipeline>().All(pipeline => DrawsForAll(pipeline, image.Seen));
    }

    // Whether all images of a batch share what is drawn: single numbers, or a tensor for one image.
    private static bool DrawsForAll(Pipeline transforms, Tensor images)
    {
        if (transforms.Transforms.Any(transform => transform is PerImage)) return false;
        var random = new RandomVariables();
        transforms.Apply(images, random);
        return random.Shapes.All(shape => shape.Rank == 0 || shape[0] == 1);
    }
}
