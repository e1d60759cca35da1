using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Neuron"/>.</summary>
internal sealed record NeuronObjective(Layer Layer, int Index, int? Y, int? X) : LayerObjective(Layer)
{
    public override Tensor Build(Activations activations) => InPlace(activations, activations.Channel(Layer, Index));

    internal override bool IsOfOneKindWith(Objective other) => other is NeuronObjective neuron && (neuron.Layer, neuron.Y, neuron.X) == (Layer, Y, X);

    internal override Tensor BuildTogether(IReadOnlyList<Objective> all, Activations activations) =>
        InPlace(activations, activations.Channels(Layer, image => ((NeuronObjective)all[image % all.Count]).Index));

    private Tensor InPlace(Activations activations, Tensor channel)
    {
        if (channel.Shape.Rank != 4)
            throw new UsageException($"Layer '{Layer.Name}' is {activations[Layer].Shape} and has no positions; use '{Layer}:{Index}'.");
        (int height, int width) = (channel.Shape.Height, channel.Shape.Width);
        int y = Y ?? height / 2, x = X ?? width / 2;
        return y >= 0 && y < height && x >= 0 && x < width
            ? PerImage(channel.Slice(2, y, 1).Slice(3, x, 1))
            : throw new UsageException($"Layer '{Layer.Name}' has {height} x {width} positions (y 0 to {height - 1}, x 0 to {width - 1}); there is no position {y},{x}.");
    }

    public override string ToString() => $"{Layer}:{Index}@{(Y is null ? "centre" : $"{Y},{X}")}";
}
