using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;

namespace Phosphene.Visualization;

/// <summary>A picture from a model in one call.</summary>
public static class ModelVisualization
{
    /// <summary>The picture for an objective in its text form, with the article's recipe: the ten-second version.</summary>
    public static Picture Visualize(this Model model, string objective, Recipe? recipe = null) => model.Visualize(Objective.Parse(objective), recipe);

    /// <summary>The picture for an objective, with the article's recipe at the model's size unless another is given.</summary>
    public static Picture Visualize(this Model model, Objective objective, Recipe? recipe = null) =>
        new Visualizer(model, recipe ?? Recipe.Distill.For(model)).Render(objective).Pictures[0];
}
