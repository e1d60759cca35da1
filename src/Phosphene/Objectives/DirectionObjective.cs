using System.Collections.Immutable;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Direction"/>. Source: Lucid's direction with power 0.</summary>
internal sealed record DirectionObjective(Layer Layer, ImmutableArray<float> Vector) : Objective
{
    public override IEnumerable<Layer> Layers => [Layer];

    public override Tensor Build(Activations activations)
    {
        Tensor layer = activations[Layer];
        if (layer.Shape.Rank < 2 || layer.Shape.Channels != Vector.Length)
            throw new UsageException($"A direction in layer '{Layer.Name}' {layer.Shape} needs {(layer.Shape.Rank < 2 ? "channels" : $"{layer.Shape.Channels} numbers")}; got {Vector.Length}.");
        Shape shape = new([1, Vector.Length, .. Enumerable.Repeat(1, layer.Shape.Rank - 2)]);
        return PerImage((layer * Tensor.Constant(shape, [.. Vector])).SumOver(1));
    }

    public bool Equals(DirectionObjective? other) => other is not null && Layer == other.Layer && Vector.SequenceEqual(other.Vector);

    public override int GetHashCode() => HashCode.Combine(Layer, Vector.Length);

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { Layer = Layer.WithFiles(change) };

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
