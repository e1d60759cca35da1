using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// See <see cref="Objective.Diversity"/>. Of N images, with v[n] the Gram matrix G[i, j] = Σ_yx a[i, y, x]·a[j, y, x] of image n, or its activations a:
/// <code>
/// gram, cosine   -1/N Σ_(m≠n) v[m]·v[n] / (|v[m]|·|v[n]|)                  from -(N - 1), all alike, to 0 where no channels occur in both
/// style           1/N Σ_(m≠n) |v[m] - v[n]|² / (|v[m]|² + |v[n]|²)         from 0, all alike, to N - 1
/// </code>
/// Source: the article, "Diversity"; Lucid's diversity has the 1/N and the least square of a length. The distance of style transfer (Gatys et al. 2016) is
/// |v[m] - v[n]|² alone, which grows as fast as the fourth power of the activations: maximized, it would make the images strong instead of different.
/// Over the sum of the squared lengths it is at most 1.
/// </summary>
internal sealed record DiversityObjective(Layer Layer, DiversityMeasure By) : LayerObjective(Layer)
{
    private const float LeastSquare = 1e-10f;

    public override Tensor Build(Activations activations)
    {
        Tensor layer = BatchOf(activations, Layer, this);
        int images = layer.Shape[0], channels = layer.Shape[1];
        Tensor a = layer.Reshape(new Shape(images, channels, layer.Shape.Count / images / channels));
        Tensor v = By == DiversityMeasure.Cosine ? a : a.MatMul(a, transposeOther: true);
        v = v.Reshape(new Shape(images, v.Shape.Count / images));

        // All that is asked is in the products [N, N] of the images with each other, their squared lengths on the diagonal.
        Tensor products = v.MatMul(v, transposeOther: true), same = Identity(images);
        Tensor squares = (products * same).SumOver(1), others = squares.Reshape(new Shape(1, images));
        Tensor pairs = By == DiversityMeasure.Style
            ? (squares + others - 2f * products) / Tensor.Max(squares + others, Tensor.Constant(LeastSquare))
            : -products / (Tensor.Max(squares, Tensor.Constant(LeastSquare)).Sqrt() * Tensor.Max(others, Tensor.Constant(LeastSquare)).Sqrt());
        return (pairs * (1f - same)).Sum() / images;
    }

    public override string ToString() => ObjectiveTexts.Registry.Print(this);

    private static Tensor Identity(int n) => Tensor.Constant(new Shape(n, n), [.. Enumerable.Range(0, n * n).Select(i => i / n == i % n ? 1f : 0f)]);
}
