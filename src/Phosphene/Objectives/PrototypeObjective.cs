using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Prototypes"/>.</summary>
internal sealed record PrototypeObjective(FileReference File) : Objective
{
    public override Tensor Build(Activations activations)
    {
        Prototypes prototypes = File.Read(Models.Prototypes.Read);
        return -prototypes.Layers.Select(layer => Distance(activations, layer)).Aggregate((a, b) => a + b) / prototypes.Layers.Count;
    }

    // Σ r·(sorted - q)² / Σ r·q² over channels and places, r being the relevance of a channel: [N]. Sorted numbers matched in their order are an optimal transport of one distribution to the other.
    private Tensor Distance(Activations activations, LayerPrototype prototype)
    {
        Tensor seen = activations[activations.Model.LayerOf(prototype.Layer)];
        int channels = prototype.Shape[0], batch = seen.Shape.Batch;
        if (seen.Shape.Rank is not (2 or 4) || seen.Shape.Channels != channels)
            throw new UsageException($"Layer '{prototype.Layer}' is {seen.Shape}, and prototypes '{File.Path}' are of {channels} channels: they were made from another model. Make them from this one.");
        int positions = seen.Shape.Count / batch / channels;
        Tensor sorted = seen.Reshape(new Shape(batch, channels, positions)).Sorted(), wanted = Tensor.Constant(new Shape(1, channels, positions), prototype.At(positions));
        Tensor gap = (sorted - wanted).Square(), energy = wanted.Square();
        if (prototype.Relevance is { } relevance)
        {
            Tensor shares = Tensor.Constant(new Shape(1, channels, 1), [.. relevance]);
            (gap, energy) = (gap * shares, energy * shares);
        }
        return (gap.SumOver(1, 2) / (energy.SumOver(1, 2) + 1e-12f)).Reshape(new Shape(batch));
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => new PrototypeObjective(change(File));

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
