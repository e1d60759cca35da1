using Phosphene.Evidence.Statistics;
using Phosphene.Runtime.Graphs;

namespace Phosphene.Evidence.Weights;

/// <summary>The weights that each channel of a layer is made with: those of the convolution or product before its activation.</summary>
internal static class ChannelWeights
{
    /// <summary>
    /// A row of weights for each channel, and what it is applied to, since only weights of the same input can be compared; null where there are none, as behind a sum of two layers.
    /// </summary>
    /// <param name="layer">The layer, [N, C, H, W] or [N, C].</param>
    public static IReadOnlyList<(Tensor Input, ReadOnlyMemory<float> Weights)>? Of(Tensor layer) => Rows(layer) is { } rows && rows.Count == layer.Shape.Channels ? rows : null;

    /// <summary>The pairs of channels whose weights have a cosine of at least so much.</summary>
    /// <param name="rows">The weights of each channel.</param>
    /// <param name="least">The cosine.</param>
    /// <param name="threads">How many threads may work on it.</param>
    public static IReadOnlyList<(int A, int B, double Cosine)> Pairs(IReadOnlyList<(Tensor Input, ReadOnlyMemory<float> Weights)> rows, double least, int threads = 1)
    {
        double[] lengths = [.. rows.Select(row => Math.Sqrt(DotProduct.Of(row.Weights.Span, row.Weights.Span)))];
        var pairs = new List<(int, int, double)>[rows.Count];
        Parallel.For(0, rows.Count, new ParallelOptions { MaxDegreeOfParallelism = threads }, a =>
        {
            pairs[a] = [];
            for (int b = a + 1; b < rows.Count; b++)
            {
                if (!ReferenceEquals(rows[a].Input, rows[b].Input) || rows[a].Weights.Length != rows[b].Weights.Length || lengths[a] == 0 || lengths[b] == 0) continue;
                double cosine = DotProduct.Of(rows[a].Weights.Span, rows[b].Weights.Span) / (lengths[a] * lengths[b]);
                if (cosine >= least) pairs[a].Add((a, b, cosine));
            }
        });
        return [.. pairs.SelectMany(list => list)];
    }

    /// <summary>The channels whose weights are most like those of each channel, the most alike first, with the cosine.</summary>
    /// <param name="rows">The weights of each channel.</param>
    /// <param name="most">How many, at most.</param>
    /// <param name="least">From which cosine on.</param>
    /// <param name="threads">How many threads may work on it.</param>
    public static IReadOnlyList<(int Channel, double Cosine)>[] Nearest(IReadOnlyList<(Tensor Input, ReadOnlyMemory<float> Weights)> rows, int most, double least, int threads = 1)
    {
        ILookup<int, (int Channel, double Cosine)> alike = Pairs(rows, least, threads).SelectMany(pair => new[] { (pair.A, pair.B, pair.Cosine), (pair.B, pair.A, pair.Cosine) }).ToLookup(pair => pair.Item1, pair => (pair.Item2, pair.Item3));
        return [.. Enumerable.Range(0, rows.Count).Select(row => (IReadOnlyList<(int, double)>)[.. alike[row].OrderByDescending(other => other.Cosine).ThenBy(other => other.Channel).Take(most)])];
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
                IReadOnlyList<(Tensor, ReadOnlyMemory<float>)>?[] sides = [.. tensor.Inputs.Where(input => !IsConstant(input)).Select(Rows)];
                // x·sigmoid(x) has the weights of x; a product with the gate of a squeeze and excitation has none of its own, like a sum of two layers.
                return sides.Length > 0 && sides.All(side => AreSame(side, sides[0])) ? sides[0] : null;
            case Softmax or LogSoftmax:
                return null;
            case Elementwise or Reshape or BroadcastTo or MaxPool2D or AveragePool2D:
                return Rows(tensor.Inputs[0]);
            default:
                return null;
        }
    }

    private static bool AreSame(IReadOnlyList<(Tensor Input, ReadOnlyMemory<float> Weights)>? a, IReadOnlyList<(Tensor Input, ReadOnlyMemory<float> Weights)>? b) =>
        a is not null && b is not null && a.Count == b.Count && a.Zip(b).All(pair => ReferenceEquals(pair.First.Input, pair.Second.Input) && pair.First.Weights.Span.SequenceEqual(pair.Second.Weights.Span));

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
