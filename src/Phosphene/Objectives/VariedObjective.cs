using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// See <see cref="Objective.Varied"/>: A + Weight·|mean of A|·diversity, with the mean of A over the batch as it is, without its gradient. What units reach differs by far more
/// than a fixed weight can be right for: of five units of GoogLeNet from 220 to 850.
/// </summary>
internal sealed record VariedObjective(Objective A, Layer Layer, float Weight, DiversityMeasure By) : Objective
{
    public const float UsualWeight = 0.15f;

    public override IEnumerable<Layer> Layers => A.Layers.Append(Layer);

    public override IEnumerable<string> Classes => A.Classes;

    /// <summary>How different the images are.</summary>
    public DiversityObjective Difference => new(Layer, By);

    public override Tensor Build(Activations activations)
    {
        Tensor a = A.Build(activations);
        return a + Weight * a.Mean().Abs().StopGradient() * Difference.Build(activations);
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { A = A.WithFiles(change), Layer = Layer.WithFiles(change) };

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
