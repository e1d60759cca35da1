using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Syntax;

namespace Phosphene.Visualization;

/// <summary>
/// The zoom of DeepDream: each picture starts from the middle of the one before, enlarged, so that a network finds ever new things in what it has drawn. Source: DeepDream, Mordvintsev et al. 2015,
/// whose pictures grow by 1 / 0.95.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="recipe">How each picture is made; the first starts as the recipe does.</param>
/// <param name="objective">What each maximizes.</param>
public sealed class Zoom(Model model, Recipe recipe, Objective objective)
{
    /// <summary>How much larger everything is from one picture to the next, above 1.</summary>
    public double Factor { get; init; } = 1 / 0.95;

    /// <summary>The pictures, as many as one takes: the first, then each from the one before, of a batch of one.</summary>
    /// <param name="observe">Told after each step of each picture.</param>
    /// <param name="cancellation">Ends it; a picture that is not finished is left out.</param>
    /// <exception cref="UsageException">The factor is not above 1, the recipe makes several images, or does not fit the model.</exception>
    /// <exception cref="AscentDivergedException">The objective became NaN or infinite.</exception>
    public IEnumerable<Picture> Pictures(Action<AscentStep>? observe = null, CancellationToken cancellation = default)
    {
        if (!(Factor > 1)) throw new UsageException($"A zoom goes in: by a factor above 1, such as 1.05; got {Printed.Number((float)Factor)}.");
        if (recipe.Batch != 1) throw new UsageException($"A zoom is of one image; the recipe has a batch of {Printed.Whole(recipe.Batch)}.");
        Picture? last = null;
        for (ulong number = 0; ; number++)
        {
            using var ascent = new Ascent(model, recipe with { Seed = recipe.Seed + number }, objective, last is null ? null : [Middle(last)], []);
            Rendering rendering = Visualizer.Finish(ascent, observe, cancellation);
            if (rendering.Divergence is { } divergence) throw divergence;
            if (cancellation.IsCancellationRequested) yield break;
            yield return last = rendering.Pictures[0];
        }
    }

    // As much is cut off on either side, a pixel at least, so that the middle stays where it is.
    private Picture Middle(Picture picture)
    {
        return picture.CenterCrop(Part(picture.Height), Part(picture.Width)).Resize(picture.Height, picture.Width);

        int Part(int side) => Math.Max(2 - side % 2, side - 2 * Math.Max(1, (int)Math.Round((side - side / Factor) / 2)));
    }
}
