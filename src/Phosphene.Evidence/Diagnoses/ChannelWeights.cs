using Phosphene.Evidence.Directions;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Evidence.Diagnoses;

/// <summary>The weights that each channel of a layer is made with: those of the convolution or product before its activation.</summary>
internal static class ChannelWeights
{
    /// <summary>
    /// A row of weights for each channel, and what it is applied to, since only weights of the same input can be compared; null where there are none, as behind a sum of two layers.
    /// </summary>
    /// <param name="layer">The layer, [N, C, H, W] or [N, C].</param>
    public static IReadOnlyList<(Tensor Input, ReadOnlyMemory<float> Weights)>? Of(Tensor layer) => Rows(layer) is { } rows && rows.Count == layer.Shape.Channels ? rows : null;

    /// <summary>The pairs of channels whose weights have a cosine of at least so much.</summary>
    public static IReadOnlyList<(int A, int B, double Cosine)> Pairs(IReadOnlyList<(Tensor Input, ReadOnlyMemory<float> Weights)> rows, double least)
    {
        double[] lengths = [.. rows.Select(row => Math.Sqrt(Matrix.Dot(row.Weights.Span, row.Weights.Span)))];
        var pairs = new List<(int, int, double)>[rows.Count];
        Parallel.For(0, rows.Count, a =>
        {
            pairs[a] = [];
            for (int b = a + 1; b < rows.Count; b++)
            {
                if (!ReferenceEquals(rows[a].Input, rows[b].Input) || rows[a].Weights.Length != rows[b].Weights.Length || lengths[a] == 0 || lengths[b] == 0) continue;
                double cosine = Matrix.Dot(rows[a].Weights.Span, rows[b].Weights.Span) / (lengths[a] * lengths[b]);
                if (cosine >= least) pairs[a].Add((a, b, cosine));
            }
        });
        return [.. pairs.SelectMany(list => list)];
    }

    private static IReadOnlyList<(Tensor, ReadOnlyMemory<float>)>? Rows(Tensor tensor)
    {
        switch (tensor.Operator)
        {
            // Of a grouped convolution each group has an input of its own.
            case Conv2D { Groups: 1 } when tensor.Inputs[1] is { Operator: Constant weight } kernel:
                return Cut(tensor.Inputs[0], weight.Values, kernel.Shape[0]);
            case MatMul { TransposeA: false } product when tensor.Inputs[1] is { Operator: Constant weight, Shape.Rank: 2 } matrix:
                return Cut(tensor.Inputs[0], product.TransposeB ? weight.Values : Transposed(weight.Values.Span, matrix.Shape[0], matrix.Shape[1]), matrix.Shape[product.TransposeB ? 0 : 1]);
            case Concat { Axis: 1 }:
                IReadOnlyList<(Tensor, ReadOnlyMemory<float>)>?[] parts = [.. tensor.Inputs.Select(Rows)];
                return parts.All(part => part is not null) ? [.. parts.SelectMany(part => part!)] : null;
            case Pairwise:
                Tensor[] variable = [.. tensor.Inputs.Where(input => !IsConstant(input))];
                return variable.Length == 1 || tensor.Operator is Multiply ? Rows(variable[0]) : null;     // x·sigmoid(x) is of one input
            case Softmax or LogSoftmax:
                return null;
            case Elementwise or Reshape or BroadcastTo or MaxPool2D or AveragePool2D:
                return Rows(tensor.Inputs[0]);
            default:
                return null;
        }
    }

    private static (Tensor, ReadOnlyMemory<float>)[] Cut(Tensor input, ReadOnlyMemory<float> weights, int rows)
    {
        int length = weights.Length / rows;
        return [.. Enumerable.Range(0, rows).Select(row => (input, weights.Slice(row * length, length)))];
    }

    private static float[] Transposed(ReadOnlySpan<float> values, int rows, int columns)
    {
        var transposed = new float[values.Length];
        for (int i = 0; i < values.Length; i++) transposed[i % columns * rows + i / columns] = values[i];
        return transposed;
    }

    private static bool IsConstant(Tensor tensor) => tensor.Operator is Constant || (tensor.Inputs.Length > 0 && tensor.Inputs.All(IsConstant));
}
