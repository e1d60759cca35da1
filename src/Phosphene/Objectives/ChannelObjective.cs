using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Channel"/>.</summary>
internal sealed record ChannelObjective(Layer Layer, int Index) : Objective
{
    public override IEnumerable<Layer> Layers => [Layer];

    public override Tensor Build(Activations activations) => PerImage(activations.Channel(Layer, Index));

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { Layer = Layer.WithFiles(change) };

    public override string ToString() => $"{Layer}:{Index}";
}
