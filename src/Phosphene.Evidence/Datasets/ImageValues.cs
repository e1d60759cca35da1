using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Evidence.Datasets;

/// <summary>What an objective gives for each image of a batch, [N].</summary>
internal static class ImageValues
{
    /// <exception cref="UsageException">The objective does not fit the model, or is one number for all images.</exception>
    public static Tensor Of(Objective objective, Activations activations)
    {
        int batch = activations.Image.Shape.Batch;
        return objective.Build(activations) is var value && value.Shape.Count == batch
            ? value.Reshape(new Shape(batch))
            : throw new UsageException($"The objective '{objective}' is one number for all images of a batch, so no image has a value of its own; choose one that looks at each image.");
    }
}
