using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Mask"/>.</summary>
internal sealed record MaskObjective(Objective A, Share Y, Share X) : Objective
{
    public override IEnumerable<Layer> Layers => A.Layers;

    public override IEnumerable<string> Classes => A.Classes;

    public override Tensor Build(Activations activations) => A.Build(activations.OfRegion(Y.From, Y.To, X.From, X.To));

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { A = A.WithFiles(change) };

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
