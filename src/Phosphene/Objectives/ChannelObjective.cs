using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Channel"/>.</summary>
internal sealed record ChannelObjective(Layer Layer, int Index) : LayerObjective(Layer)
{
    public override Tensor Build(Activations activations) => PerImage(activations.Channel(Layer, Index));

    internal override bool IsOfOneKindWith(Objective other) => other is ChannelObjective channel && channel.Layer == Layer;

    internal override Tensor BuildTogether(IReadOnlyList<Objective> all, Activations activations) =>
        PerImage(activations.Channels(Layer, image => ((ChannelObjective)all[image % all.Count]).Index));

    public override string ToString() => $"{Layer}:{Index}";
}
