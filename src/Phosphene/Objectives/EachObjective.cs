using System.Collections.Immutable;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Each"/>.</summary>
internal sealed record EachObjective(ImmutableArray<Objective> Objectives) : Objective
{
    public override IEnumerable<Layer> Layers => Objectives.SelectMany(objective => objective.Layers);

    public override IEnumerable<string> Classes => Objectives.SelectMany(objective => objective.Classes);

    public override Tensor Build(Activations activations)
    {
        // Channels of one layer are picked out of the whole batch at once.
        if (Objectives.All(objective => objective is ChannelObjective) && Layers.Distinct().Count() == 1)
        {
            Layer layer = Layers.First();
            return PerImage(activations.Channels(layer, image => ((ChannelObjective)Objectives[image % Objectives.Length]).Index));
        }
        int images = activations.Image.Shape.Batch;
        // Directions in one layer are one product with a vector for each image.
        if (Objectives.All(objective => objective is DirectionObjective) && DirectionObjective.Together([.. Objectives.Cast<DirectionObjective>()], activations, images) is { } together) return together;
        var values = new Tensor[images];
        for (int image = 0; image < images; image++)
            values[image] = Objectives[image % Objectives.Length].Build(activations.OfImage(image)).Reshape(new Shape(1));
        return Tensor.Concat(0, values);
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { Objectives = [.. Objectives.Select(objective => objective.WithFiles(change))] };

    public bool Equals(EachObjective? other) => other is not null && Objectives.SequenceEqual(other.Objectives);

    public override int GetHashCode() => Objectives.Aggregate(17, HashCode.Combine);

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
