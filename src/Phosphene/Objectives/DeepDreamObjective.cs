using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.DeepDream"/>. Source: Lucid's deepdream, mean(act²).</summary>
internal sealed record DeepDreamObjective(Layer Layer) : LayerObjective(Layer)
{
    public override Tensor Build(Activations activations) => PerImage(activations[Layer].Square());

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
