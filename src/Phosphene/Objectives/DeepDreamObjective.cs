using Phosphene.Models;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.DeepDream"/>. Source: Lucid's deepdream, mean(act²).</summary>
internal sealed record DeepDreamObjective(string Layer) : Objective
{
    public override IEnumerable<string> Layers => [Layer];

    public override Tensor Build(Activations activations) => PerImage(activations[Layer].Square());

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
