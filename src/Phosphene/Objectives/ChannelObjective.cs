using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Channel"/>.</summary>
internal sealed record ChannelObjective(string Layer, int Index) : Objective
{
    public override IEnumerable<string> Layers => [Layer];

    public override Tensor Build(Activations activations) => PerImage(activations.Channel(Layer, Index));

    public override string ToString() => $"{Printed.Name(Layer)}:{Index}";
}
