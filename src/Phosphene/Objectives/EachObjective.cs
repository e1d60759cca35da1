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
        if (AreOfOneKind(Objectives) && Objectives[0].BuildTogether(Objectives, activations) is { } together) return together;
        var values = new Tensor[activations.Image.Shape.Batch];
        for (int image = 0; image < values.Length; image++)
            values[image] = Objectives[image % Objectives.Length].Build(activations.OfImage(image)).Reshape(new Shape(1));
        return Tensor.Concat(0, values);
    }

    /// <summary>Whether objectives are found at once for a whole batch: channels of a layer for example, or the same multiple of each.</summary>
    public static bool AreOfOneKind(IReadOnlyList<Objective> objectives) => objectives.All(objectives[0].IsOfOneKindWith);

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { Objectives = [.. Objectives.Select(objective => objective.WithFiles(change))] };

    public bool Equals(EachObjective? other) => other is not null && Objectives.SequenceEqual(other.Objectives);

    public override int GetHashCode() => Objectives.Aggregate(17, HashCode.Combine);

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
