using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;
using Phosphene.Visualization;

namespace Phosphene;

/// <summary>
/// The ten-second version, for which <c>using Phosphene;</c> is enough: open a model, make a picture, save it.
/// <code>
/// using var model = FeatureVisualization.Open("googlenet.onnx");
/// model.Visualize("inception_4c/output:300").Save("flowers.png");
/// </code>
/// Everything between the two lines, such as recipes, single steps and objectives of one's own, is in the namespaces below.
/// </summary>
public static class FeatureVisualization
{
    /// <inheritdoc cref="Model.Load"/>
    public static Model Open(string path, ModelOptions? options = null) => Model.Load(path, options);

    /// <summary>The picture for an objective in its text form, with <see cref="Recipe.Lucid"/> unless another recipe is given.</summary>
    /// <inheritdoc cref="Visualize(Model, Objective, Recipe)"/>
    public static Picture Visualize(this Model model, string objective, Recipe? recipe = null) => model.Visualize(Objective.Parse(objective), recipe);

    /// <summary>
    /// The picture for an objective, with <see cref="Recipe.Lucid"/> unless another recipe is given. It has the size that the recipe names, otherwise that of the
    /// model. <see cref="Recipe.Distill"/> takes five times as long for a picture that is a little cleaner. A PNG that the picture is saved to carries its recipe.
    /// </summary>
    /// <exception cref="UsageException">The objective or the recipe does not fit the model.</exception>
    /// <exception cref="AscentDivergedException">
    /// The objective or its gradient became NaN or infinite. <see cref="Visualizer.Render"/> gives the picture that was reached before.
    /// </exception>
    public static Picture Visualize(this Model model, Objective objective, Recipe? recipe = null)
    {
        Rendering rendering = new Visualizer(model, recipe ?? Recipe.Lucid).Render(objective);
        return rendering.Divergence is { } divergence ? throw divergence : rendering.Pictures[0];
    }
}
