using System.Collections.Immutable;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.Across"/>.</summary>
internal sealed record AcrossObjective(Objective A, ImmutableArray<FileReference> Models) : OuterObjective(A)
{
    /// <summary>What errors call a file.</summary>
    public const string Kind = "Model";

    public override Tensor Build(Activations activations)
    {
        int images = activations.Image.Shape.Batch;
        var values = new Tensor[images];
        for (int image = 0; image < images; image++)
        {
            Model model = activations.Model.Beside(Models[image % Models.Length]);
            Activations seen = model.Activate(activations.Seen.Slice(0, image, 1), activations.Image.Slice(0, image, 1));
            values[image] = A.Build(seen).Reshape(new Shape(1));
        }
        return Tensor.Concat(0, values);
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { A = A.WithFiles(change), Models = [.. Models.Select(change)] };

    public bool Equals(AcrossObjective? other) => other is not null && A == other.A && Models.SequenceEqual(other.Models);

    public override int GetHashCode() => Models.Aggregate(A.GetHashCode(), HashCode.Combine);

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
