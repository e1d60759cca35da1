using Phosphene.Runtime.Graphs;

namespace Phosphene.Models;

/// <summary>Units that are products with the channels at a position, W·x + b: a matrix [K, C] and perhaps a bias [K].</summary>
internal sealed class UnitMatrix(int units, int channels, float[] weights, float[]? bias)
{
    // Each array is one constant, so that what is packed of it serves all plans.
    private readonly Tensor _rows = Constant(new Shape(1, units, channels), weights), _kernels = Constant(new Shape(units, channels, 1, 1), weights), _matrix = Constant(new Shape(units, channels), weights);
    private readonly Tensor? _bias = bias is null ? null : Constant(new Shape(units), bias), _biasRows = bias is null ? null : Constant(new Shape(1, units, 1), bias);

    /// <summary>All units of activations [N, C, H, W] or [N, C], in the place of the channels; with numbers [N] one for each image, kept as [N, 1, ...].</summary>
    public Tensor Times(Tensor x, Tensor? numbers)
    {
        if (numbers is null) return x.Shape.Rank == 4 ? x.Conv2D(_kernels, _bias, new Window(1, 1)) : Plus(x.MatMul(_matrix, transposeOther: true), _bias);
        int[] positions = [.. Enumerable.Repeat(1, x.Shape.Rank - 2)];
        Tensor product = (x * Rows(_rows, numbers, new Shape([x.Shape.Batch, x.Shape.Channels, .. positions]))).SumOver(1);
        return Plus(product, _biasRows is null ? null : Rows(_biasRows, numbers, new Shape([x.Shape.Batch, 1, .. positions])));
    }

    // A row of the matrix for each image.
    private static Tensor Rows(Tensor matrix, Tensor numbers, Shape shape) =>
        Tensor.Concat(0, [.. Enumerable.Range(0, shape.Batch).Select(image => matrix.Channel(numbers.Slice(0, image, 1)))]).Reshape(shape);

    private static Tensor Plus(Tensor product, Tensor? bias) => bias is null ? product : product + bias;

    private static Tensor Constant(Shape shape, float[] values) => new(new Constant(shape, values));
}
