using Phosphene.Models;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>An objective that looks at one layer.</summary>
/// <param name="Layer">The layer.</param>
internal abstract record LayerObjective(Layer Layer) : Objective
{
    public sealed override IEnumerable<Layer> Layers => [Layer];

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { Layer = Layer.WithFiles(change) };
}

/// <summary>An objective that is made of another.</summary>
/// <param name="A">The other.</param>
internal abstract record OuterObjective(Objective A) : Objective
{
    public override IEnumerable<Layer> Layers => A.Layers;

    public sealed override IEnumerable<string> Classes => A.Classes;

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { A = A.WithFiles(change) };
}

/// <summary>An objective that is made of two others.</summary>
/// <param name="A">The first.</param>
/// <param name="B">The second.</param>
internal abstract record TwofoldObjective(Objective A, Objective B) : Objective
{
    public sealed override IEnumerable<Layer> Layers => A.Layers.Concat(B.Layers);

    public sealed override IEnumerable<string> Classes => A.Classes.Concat(B.Classes);

    internal sealed override Objective WithFiles(Func<FileReference, FileReference> change) => this with { A = A.WithFiles(change), B = B.WithFiles(change) };
}
