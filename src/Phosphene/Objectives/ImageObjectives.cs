using Phosphene.Models;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Objectives;

/// <summary>See <see cref="Objective.TotalVariation"/>. Source: TensorFlow's total_variation, as in Lucid.</summary>
internal sealed record TotalVariationObjective : Objective
{
    public override Tensor Build(Activations activations) => Differences(activations.Image, axis: 2) + Differences(activations.Image, axis: 3);

    // Σ |differences of neighbours| along an axis: [N]. An axis of one pixel has none.
    private static Tensor Differences(Tensor x, int axis)
    {
        int pairs = x.Shape[axis] - 1;
        return pairs == 0
            ? Tensor.Constant(new Shape(x.Shape.Batch), new float[x.Shape.Batch])
            : L1Objective.Total((x.Slice(axis, 1, pairs) - x.Slice(axis, 0, pairs)).Abs());
    }

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.L1"/>.</summary>
internal sealed record L1Objective(float Centre) : Objective
{
    public override Tensor Build(Activations activations) => Total((activations.Image - Centre).Abs());

    /// <summary>The sum over everything but the batch: [N, C, H, W] to [N].</summary>
    internal static Tensor Total(Tensor image) => image.SumOver(1, 2, 3).Reshape(new Shape(image.Shape.Batch));

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}

/// <summary>See <see cref="Objective.L2"/>.</summary>
internal sealed record L2Objective(float Centre) : Objective
{
    public override Tensor Build(Activations activations) => (L1Objective.Total((activations.Image - Centre).Square()) + 1e-6f).Sqrt();

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
