using Phosphene.Runtime.Graphs;

namespace Phosphene.Evidence.Weights;

/// <summary>
/// How strongly each channel of one layer reaches each channel of a later one, by weights alone: along every way between the two that passes no other layer that is looked at, the products of the weights, each summed over its
/// kernel, with what is not linear left out (activations are taken as the identity, a gate as open, pooling as a mean). Source: the expanded weights of Voss et al., "Visualizing Weights", Distill 2021.
/// </summary>
internal static class ExpandedWeights
{
    /// <summary>The weights from each source that reaches a layer: a row for each of its channels, a number for each of the source's. Sources that it cannot be told of are missing.</summary>
    /// <param name="layer">The layer, [N, C, H, W] or [N, C].</param>
    /// <param name="sources">The layers at which a way ends; the layer itself does not count.</param>
    public static IReadOnlyDictionary<Tensor, float[][]> Of(Tensor layer, IReadOnlySet<Tensor> sources)
    {
        var known = new Dictionary<Tensor, Dictionary<Tensor, float[][]>>(ReferenceEqualityComparer.Instance);
        return Inputs(layer).Where(entry => entry.Value.Length == layer.Shape.Channels).ToDictionary(entry => entry.Key, entry => entry.Value);

        Dictionary<Tensor, float[][]> To(Tensor tensor)
        {
            if (sources.Contains(tensor)) return new(ReferenceEqualityComparer.Instance) { [tensor] = Identity(tensor.Shape.Channels) };
            if (known.TryGetValue(tensor, out Dictionary<Tensor, float[][]>? found)) return found;
            return known[tensor] = Inputs(tensor);
        }

        Dictionary<Tensor, float[][]> Inputs(Tensor tensor) => tensor.Operator switch
        {
            Conv2D conv when tensor.Inputs[1] is { Operator: Constant weight } kernel => Through(To(tensor.Inputs[0]), Summed(weight.Values.Span, kernel.Shape), conv.Groups),
            MatMul { TransposeA: false } product when tensor.Inputs[1] is { Operator: Constant weight, Shape.Rank: 2 } matrix => Through(To(tensor.Inputs[0]), Rows(weight.Values.Span, matrix.Shape, product.TransposeB), groups: 1),
            Concat { Axis: 1 } => Stacked(tensor.Inputs),
            Add or Subtract or Maximum or Minimum => Added(tensor),
            Multiply or Divide => Scaled(tensor),
            Sum sum when sum.Axes.All(axis => axis > 1) => To(tensor.Inputs[0]),
            Linear linear => By(To(tensor.Inputs[0]), [linear.Scale]),
            Elementwise or Reshape or BroadcastTo or MaxPool2D or AveragePool2D or Upsample2D => To(tensor.Inputs[0]),
            _ => [],
        };

        Dictionary<Tensor, float[][]> Stacked(IEnumerable<Tensor> parts)
        {
            var stacked = new Dictionary<Tensor, float[][]>(ReferenceEqualityComparer.Instance);
            (Tensor Part, Dictionary<Tensor, float[][]> Weights)[] all = [.. parts.Select(part => (part, To(part)))];
            foreach (Tensor source in all.SelectMany(part => part.Weights.Keys).Distinct())
                stacked[source] = [.. all.SelectMany(part => part.Weights.GetValueOrDefault(source) ?? Zeros(part.Part.Shape.Channels, source.Shape.Channels))];
            return stacked;
        }

        Dictionary<Tensor, float[][]> Added(Tensor tensor)
        {
            Dictionary<Tensor, float[][]> left = To(tensor.Inputs[0]), right = To(tensor.Inputs[1]);
            var sum = new Dictionary<Tensor, float[][]>(left, ReferenceEqualityComparer.Instance);
            float sign = tensor.Operator is Subtract ? -1 : 1;
            foreach ((Tensor source, float[][] rows) in right)
                sum[source] = left.GetValueOrDefault(source) is { } other && other.Length == rows.Length ? [.. other.Zip(rows, (a, b) => a.Zip(b, (x, y) => x + sign * y).ToArray())] : [.. rows.Select(row => row.Select(value => sign * value).ToArray())];
            return sum;
        }

        // A factor for each channel counts; of two layers that are multiplied the one with positions is what passes, and the other a gate.
        Dictionary<Tensor, float[][]> Scaled(Tensor tensor)
        {
            (Tensor left, Tensor right) = (tensor.Inputs[0], tensor.Inputs[1]);
            if (Factors(right) is { } factors) return By(To(left), tensor.Operator is Divide ? [.. factors.Select(factor => 1 / factor)] : factors);
            if (tensor.Operator is Multiply && Factors(left) is { } before) return By(To(right), before);
            return To(left.Shape.Count >= right.Shape.Count ? left : right);
        }
    }

    private static float[][] Identity(int size)
    {
        float[][] rows = Zeros(size, size);
        for (int i = 0; i < size; i++) rows[i][i] = 1;
        return rows;
    }

    private static float[][] Zeros(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new float[columns])];

    // A number for each channel, or one for all; null if the tensor is not made of constants.
    private static float[]? Factors(Tensor tensor)
    {
        while (tensor.Operator is Reshape or BroadcastTo) tensor = tensor.Inputs[0];
        return tensor.Operator is Constant constant ? constant.Values.ToArray() : null;
    }

    private static Dictionary<Tensor, float[][]> By(Dictionary<Tensor, float[][]> weights, float[] factors)
    {
        var scaled = new Dictionary<Tensor, float[][]>(ReferenceEqualityComparer.Instance);
        foreach ((Tensor source, float[][] rows) in weights)
            scaled[source] = factors.Length == rows.Length || factors.Length == 1 ? [.. rows.Select((row, i) => row.Select(value => value * factors[factors.Length == 1 ? 0 : i]).ToArray())] : rows;
        return scaled;
    }

    // [out, in / groups, ky, kx] becomes rows of sums over the kernel.
    private static float[][] Summed(ReadOnlySpan<float> weight, Shape shape)
    {
        int taps = shape.Count / (shape[0] * shape[1]);
        float[][] rows = Zeros(shape[0], shape[1]);
        for (int o = 0; o < shape[0]; o++)
            for (int i = 0; i < shape[1]; i++)
            {
                double sum = 0;
                foreach (float value in weight.Slice((o * shape[1] + i) * taps, taps)) sum += value;
                rows[o][i] = (float)sum;
            }
        return rows;
    }

    // A row for each output.
    private static float[][] Rows(ReadOnlySpan<float> matrix, Shape shape, bool isTransposed)
    {
        (int outputs, int inputs) = isTransposed ? (shape[0], shape[1]) : (shape[1], shape[0]);
        float[][] rows = Zeros(outputs, inputs);
        for (int o = 0; o < outputs; o++)
            for (int i = 0; i < inputs; i++) rows[o][i] = matrix[isTransposed ? o * inputs + i : i * outputs + o];
        return rows;
    }

    // The product of a layer's weights with those of what it reads. A row that is longer than what it reads has channels is of a flattened layer: its weights are summed over the positions of each.
    private static Dictionary<Tensor, float[][]> Through(Dictionary<Tensor, float[][]> input, float[][] rows, int groups)
    {
        var result = new Dictionary<Tensor, float[][]>(ReferenceEqualityComparer.Instance);
        foreach ((Tensor source, float[][] below) in input)
        {
            int inputs = rows[0].Length * groups, columns = source.Shape.Channels, outputsOfGroup = rows.Length / groups;
            if (inputs % below.Length != 0 || (groups > 1 && inputs != below.Length)) continue;
            float[][] weights = inputs == below.Length ? rows : [.. rows.Select(row => row.Chunk(inputs / below.Length).Select(part => part.Sum()).ToArray())];
            float[][] product = new float[rows.Length][];
            Parallel.For(0, rows.Length, o =>
            {
                var sums = new double[columns];
                int first = o / outputsOfGroup * weights[o].Length;
                for (int i = 0; i < weights[o].Length; i++)
                {
                    double weight = weights[o][i];
                    float[] row = below[first + i];
                    for (int c = 0; c < columns; c++) sums[c] += weight * row[c];
                }
                product[o] = [.. sums.Select(sum => (float)sum)];
            });
            result[source] = product;
        }
        return result;
    }
}
