using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// See <see cref="Objective.Aligned"/>: A + Weight·|mean of A|·alignment / mean of a², with the mean of A over the batch and that of the squared activations a of the layer as
/// they are, without their gradients. The alignment grows with the square of the activations, and those of one network are a hundred times those of another.
/// </summary>
internal sealed record AlignedObjective(Objective A, Layer Layer, float Weight, int? Columns) : OuterObjective(A)
{
    public const float UsualWeight = 0.2f;

    // Of a layer that is silent in all images.
    private const float LeastSquare = 1e-10f;

    public override IEnumerable<Layer> Layers => A.Layers.Append(Layer);

    public override Tensor Build(Activations activations)
    {
        Tensor a = A.Build(activations), alignment = Alignment(Layer, columns: Columns).Build(activations);
        Tensor square = Tensor.Max(activations[Layer].Square().Mean(), Tensor.Constant(LeastSquare));
        return a + Weight * (a.Mean().Abs() / square).StopGradient() * alignment;
    }

    internal override Objective WithFiles(Func<FileReference, FileReference> change) => this with { A = A.WithFiles(change), Layer = Layer.WithFiles(change) };

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
