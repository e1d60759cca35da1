using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// See <see cref="Objective.Varied"/>: A + Weight·min|A|·diversity, with the least |A| of the batch as it is, without its gradient. What units reach differs by far more than a
/// fixed weight can be right for: of five units of GoogLeNet from 230 to 870. The least rather than the mean: an image that excites the unit later than the others would else never
/// do so, since nothing differs from them as much as an image of nothing.
/// </summary>
internal sealed record VariedObjective(Objective A, Layer Layer, float Weight, DiversityMeasure By) : OuterObjective(A)
{
    public const float UsualWeight = 0.15f;

    public override IEnumerable<Layer> Layers => A.Layers.Append(Layer);

    /// <summary>How different the images are.</summary>
    public DiversityObjective Difference => new(Layer, By);

    public override Tensor Build(Activations activations)
    {
        Tensor a = A.Build(activations), least = -(-a.Abs()).MaxOver([.. Enumerable.Range(0, a.Shape.Rank)]);
        return a + Weight * least.Reshape(Shape.Scalar).StopGradient() * Difference.Build(activations);
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { A = A.WithFiles(change), Layer = Layer.WithFiles(change) };

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
