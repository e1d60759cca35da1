using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Channel"/>.</summary>
internal sealed record ChannelObjective(Layer Layer, int Index) : LayerObjective(Layer)
{
    public override Tensor Build(Activations activations) => PerImage(activations.Channel(Layer, Index));

    public override string ToString() => $"{Layer}:{Index}";
}
