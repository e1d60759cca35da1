using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.DeepDream"/>. Source: Lucid's deepdream, mean(act²).</summary>
internal sealed record DeepDreamObjective(Layer Layer) : Objective
{
    public override IEnumerable<Layer> Layers => [Layer];

    public override Tensor Build(Activations activations) => PerImage(activations[Layer].Square());

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { Layer = Layer.WithFiles(change) };

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
