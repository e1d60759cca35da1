using Phosphene.Models;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Objectives;

/// <summary>
/// How alike the images of a batch are in a layer, from 1, all alike, to 0: the mean of the cosines of their Gram matrices over all pairs. What is told of
/// images that were made with a <see cref="Objective.Diversity"/>, by whatever that compares.
/// </summary>
internal sealed record SimilarityObjective(Layer Layer) : LayerObjective(Layer)
{
    public override Tensor Build(Activations activations) =>
        new DiversityObjective(Layer, DiversityMeasure.Gram).Build(activations) / (1f - activations.Image.Shape.Batch);

    public override string ToString() => $"similarity({Layer})";
}
