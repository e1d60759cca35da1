using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>What objectives give for each image of a batch.</summary>
internal static class ImageValues
{
    /// <summary>For each of the objectives its values, [N].</summary>
    /// <param name="model">The model.</param>
    /// <param name="objectives">The objectives.</param>
    /// <param name="colours">The images [N, 3, H, W] in [0, 1].</param>
    /// <exception cref="UsageException">An objective does not fit the model, or is one number for all images.</exception>
    public static IReadOnlyList<Tensor> Of(Model model, IEnumerable<Objective> objectives, Tensor colours)
    {
        Activations activations = model.Activate(model.Input.FromColours(colours));
        return [.. objectives.Select(objective => Of(objective, activations))];
    }

    private static Tensor Of(Objective objective, Activations activations)
    {
        int batch = activations.Image.Shape.Batch;
        return objective.Build(activations) is var value && value.Shape.Count == batch
            ? value.Reshape(new Shape(batch))
            : throw new UsageException($"The objective '{objective}' is one number for all images of a batch, so no image has a value of its own; choose one that looks at each image.");
    }
}
