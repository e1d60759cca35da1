using Phosphene.Runtime.Graphs;

namespace Phosphene.Runtime.Compilation;

/// <summary>
/// Stretches between a transpose [N, C, H, W] → [N, H, W, C] and the one back (ConvNeXt's blocks, a layer normalization over channels), forward and on the way back, are computed
/// with channels first all along: products with a matrix become 1×1 convolutions, with their epilogues, and the transposes go. Whatever else reads a tensor of such a stretch finds it
/// transposed as before.
/// </summary>
internal static class ChannelsFirst
{
    public static IReadOnlyList<Tensor> Apply(IReadOnlyList<Tensor> outputs)
    {
        // By a tensor [N, H, W, C]: the same with channels first.
        var twins = new Dictionary<Tensor, Tensor>(ReferenceEqualityComparer.Instance);
        var weights = new Dictionary<(Constant, bool), Tensor>();
        return Passes.Rewrite(outputs, (tensor, inputs) =>
        {
            if (tensor.Shape.Rank != 4) return null;
            if (tensor.Operator is Transpose { Axes: [0, 3, 1, 2] } && twins.TryGetValue(inputs[0], out Tensor? whole)) return whole;
            Tensor? twin = tensor.Operator is Transpose { Axes: [0, 2, 3, 1] } ? inputs[0] : inputs.Any(twins.ContainsKey) ? Twin(tensor, inputs, twins, weights) : null;
            if (twin is null) return null;
            Tensor last = twin.Transpose(0, 2, 3, 1);
            twins.Add(last, twin);
            return last;
        });
    }

    private static Tensor? Twin(Tensor tensor, Tensor[] inputs, Dictionary<Tensor, Tensor> twins, Dictionary<(Constant, bool), Tensor> weights)
    {
        Tensor? first = twins.GetValueOrDefault(inputs[0]);
        return tensor.Operator switch
        {
            Gelu or SmoothActivation or Relu or Clip or Sigmoid or Tanh or Linear => new Tensor(tensor.Operator, first!) { Name = tensor.Name },
            Pairwise when Operand(inputs[0]) is { } a && Operand(inputs[1]) is { } b => new Tensor(tensor.Operator, a, b) { Name = tensor.Name },
            Standardize { Axis: 3 } op => new Tensor(new StandardizeChannels(op.Epsilon), first!) { Name = tensor.Name },
            StandardizeGradient { Forward: { Axis: 3 } op } when first is not null && twins.TryGetValue(inputs[1], out Tensor? dy) => new Tensor(new StandardizeChannels(op.Epsilon), first, dy),
            MatMul { TransposeA: false } op when first is not null && inputs[1] is { Shape.Rank: 2, Operator: Constant matrix } => Product(tensor, first, matrix, op.TransposeB),
            _ => null,
        };

        // A tensor of the stretch, or numbers that are the same for all pixels.
        Tensor? Operand(Tensor input)
        {
            if (twins.TryGetValue(input, out Tensor? twin)) return twin;
            if (input.Shape.Count == 1) return input.Reshape(Shape.Scalar);
            int channels = tensor.Shape[3];
            if (input.Shape.Count != channels || input.Shape[-1] != channels) return null;
            var perChannel = new Shape(channels, 1, 1);
            return input.Operator is Constant constant ? new Tensor(new Constant(perChannel, constant.Values)) { Name = input.Name } : input.Reshape(perChannel);
        }

        // x [N, K, H, W] times a matrix [K, P], or [P, K] with transposed: a convolution with the weight [P, K, 1, 1]. The product with the same matrix the other way is that
        // convolution's gradient.
        Tensor Product(Tensor product, Tensor x, Constant matrix, bool transposed)
        {
            (int rows, int columns) = (matrix.Shape[0], matrix.Shape[1]);
            if (weights.TryGetValue((matrix, !transposed), out Tensor? forward))
                return new Tensor(new Conv2DInputGradient(new Window(1, 1), 1, x.Shape.With(1, transposed ? rows : columns)), x, forward) { Name = product.Name };
            if (!weights.TryGetValue((matrix, transposed), out Tensor? weight))
                weights.Add((matrix, transposed), weight = new Tensor(new Constant(new Shape(transposed ? rows : columns, transposed ? columns : rows, 1, 1), transposed ? matrix.Values : Transposed(matrix))));
            return new Tensor(new Conv2D(new Window(1, 1)), x, weight) { Name = product.Name };
        }
    }

    private static float[] Transposed(Constant matrix)
    {
        (int rows, int columns) = (matrix.Shape[0], matrix.Shape[1]);
        var result = new float[matrix.Values.Length];
        ReadOnlySpan<float> values = matrix.Values.Span;
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column];
        return result;
    }
}
