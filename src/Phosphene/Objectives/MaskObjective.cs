using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Mask"/>.</summary>
internal sealed record MaskObjective(Objective A, Share Y, Share X) : OuterObjective(A)
{
    public override Tensor Build(Activations activations) => A.Build(activations.OfRegion(Y.From, Y.To, X.From, X.To));

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
