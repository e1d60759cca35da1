using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;

namespace Phosphene.Objectives;

/// <summary>
/// See <see cref="Objective.Alignment"/>. Of the activations a[n] of a batch that is one line:
/// <code>
/// -Σ_(d = 1..Reach) Σ_n mean((a[n] - a[n + d])²) / Ratio^d
/// </code>
/// Of a grid, the same along each row and each column. Source: the article, "Interaction between neurons"; Lucid's alignment.
/// </summary>
internal sealed record AlignmentObjective(Layer Layer, float Ratio, int Reach, int? Columns) : LayerObjective(Layer)
{
    public override Tensor Build(Activations activations)
    {
        Tensor layer = BatchOf(activations, Layer, this);
        int images = layer.Shape[0], columns = Columns ?? images;
        if (images % columns != 0) throw new UsageException($"'{this}' takes the batch as rows of {columns} images, and it has {images}; give a batch of a multiple of {columns}.");
        Tensor grid = layer.Reshape(new Shape(images / columns, columns, layer.Shape.Count / images));
        return -(Differences(grid, axis: 0) + Differences(grid, axis: 1));
    }

    // Of [rows, columns, K].
    private Tensor Differences(Tensor grid, int axis)
    {
        Tensor sum = Tensor.Constant(0);
        for (int d = 1; d <= Math.Min(Reach, grid.Shape[axis] - 1); d++)
        {
            int pairs = grid.Shape[axis] - d;
            Tensor differences = grid.Slice(axis, d, pairs) - grid.Slice(axis, 0, pairs);
            sum += differences.Square().MeanOver(2).Sum() / MathF.Pow(Ratio, d);
        }
        return sum;
    }

    public override string ToString() => ObjectiveTexts.Registry.Print(this);
}
