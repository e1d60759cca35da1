using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Channel"/>.</summary>
internal sealed record ChannelObjective(string Layer, int Index) : Objective
{
    public override IEnumerable<string> Layers => [Layer];

    public override Tensor Build(Activations activations) => PerImage(Pick(activations[Layer], Layer, Index));

    /// <summary>One channel of a layer, kept as [N, 1, ...].</summary>
    internal static Tensor Pick(Tensor layer, string name, int channel)
    {
        if (layer.Shape.Rank < 2)
            throw new ArgumentException($"Layer '{name}' is {layer.Shape} and has no channels; choose a layer [N, C, ...].");
        return channel >= 0 && channel < layer.Shape.Channels
            ? layer.Channel(channel)
            : throw new ArgumentOutOfRangeException(nameof(channel), $"Layer '{name}' has channels 0 to {layer.Shape.Channels - 1}; there is no channel {channel}.");
    }

    public override string ToString() => $"{Printed.Name(Layer)}:{Index}";
}
