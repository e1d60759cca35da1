using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

// Objectives that compare the images of a batch: one number for all of them.
public abstract partial record Objective
{
    /// <summary>
    /// How much the images of a batch differ in a layer, so that several of one unit show several of its facets:
    /// <c>Objective.Channel(layer, 300) + 100 * Objective.Diversity(layer)</c>. One number for a batch of N images: by Gram matrices and by cosines from -(N - 1),
    /// all alike, to 0; by style from 0, all alike, to N - 1. Source: the article, "Diversity".
    /// </summary>
    /// <param name="layer">A layer [N, C, H, W] or [N, C].</param>
    /// <param name="by">What is compared.</param>
    public static Objective Diversity(Layer layer, DiversityMeasure by = DiversityMeasure.Gram) => Enum.IsDefined(by)
        ? new DiversityObjective(layer, by)
        : throw new UsageException($"There is no diversity measure {by}; there are {string.Join(", ", Enum.GetNames<DiversityMeasure>())}.");

    /// <summary>
    /// How alike the images of a batch are to their neighbours in a layer, so that the frames of an interpolation line up: 0 if they are the same, otherwise
    /// -Σ_d Σ_n mean((a[n] - a[n + d])²) / ratio^d over the distances d from 1 to <paramref name="reach"/>. Source: the article, "Interaction between neurons".
    /// </summary>
    /// <param name="layer">A layer [N, C, ...]; an early one, so that what is alike are places and edges rather than what the frames are to differ in.</param>
    /// <param name="ratio">How much weaker each further neighbour counts, at least 1.</param>
    /// <param name="reach">The farthest neighbours that count, at least 1.</param>
    /// <param name="columns">The images in a row, if the batch is a grid, whose rows and columns are each aligned; null for one line.</param>
    /// <exception cref="UsageException">A number is out of range.</exception>
    public static Objective Alignment(Layer layer, float ratio = 2, int reach = 4, int? columns = null) => ratio >= 1 && reach >= 1 && columns is null or >= 1
        ? new AlignmentObjective(layer, ratio, reach, columns)
        : throw new UsageException($"An alignment needs a ratio, a reach and columns of at least 1; got {Printed.Number(ratio)}, {reach} and {columns?.ToString() ?? "none"}.");

    /// <summary>A layer of at least two images.</summary>
    /// <exception cref="UsageException">There is one image, or the layer has no channels.</exception>
    private protected static Tensor BatchOf(Activations activations, Layer layer, Objective objective)
    {
        Tensor tensor = activations[layer];
        if (tensor.Shape.Rank < 2) throw new UsageException($"'{objective}' needs a layer [N, C, ...]; layer '{layer.Name}' is {tensor.Shape}.");
        return tensor.Shape[0] > 1
            ? tensor
            : throw new UsageException($"'{objective}' compares the images of a batch, and sees one; give a batch of 2 or more (--batch 4), and add it to each(...) rather than write it inside.");
    }
}
