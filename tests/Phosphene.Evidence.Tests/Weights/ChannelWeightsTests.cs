using Phosphene.Evidence.Weights;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Evidence.Tests.Weights;

public sealed class ChannelWeightsTests
{
    private static readonly Tensor s_image = new(new Input(new Shape(1, 2, 4, 5), "image"));

    private static Tensor Kernel(int rows, float first) => Tensor.Constant(new Shape(rows, 2, 1, 1), [.. Enumerable.Range(0, 2 * rows).Select(i => first + i)]);

    private static float[][] Rows(Tensor layer) => [.. ChannelWeights.Of(layer)!.Select(row => row.Weights.ToArray())];

    [Fact]
    public void A_convolution_has_a_row_for_each_channel_whatever_is_done_to_each_number_after_it()
    {
        Tensor conv = s_image.Conv2D(Kernel(3, 1), null, new Window(1, 1));
        Assert.Equal([[1, 2], [3, 4], [5, 6]], Rows(conv));
        Assert.Equal(Rows(conv), Rows((conv * Tensor.Constant(new Shape(1, 3, 1, 1), 2, 3, 4) + 1).Relu()));
        Assert.Equal(Rows(conv), Rows((conv * conv.Sigmoid()).MaxPool(new Window(2, 2, 2, 2))));
    }

    [Fact]
    public void A_product_has_the_columns_of_its_matrix()
    {
        var x = new Tensor(new Input(new Shape(1, 3), "x"));
        Assert.Equal([[1, 3, 5], [2, 4, 6]], Rows(x.MatMul(Tensor.Constant(new Shape(3, 2), 1, 2, 3, 4, 5, 6)).Relu()));
        Assert.Equal([[1, 2, 3], [4, 5, 6]], Rows(x.MatMul(Tensor.Constant(new Shape(2, 3), 1, 2, 3, 4, 5, 6), transposeOther: true)));
    }

    [Fact]
    public void A_concatenation_has_the_rows_of_its_parts_of_which_those_of_different_inputs_are_not_compared()
    {
        Tensor first = s_image.Conv2D(Kernel(2, 1), null, new Window(1, 1)).Relu(), second = first.Conv2D(Kernel(1, 1), null, new Window(1, 1)).Relu(), third = s_image.Conv2D(Kernel(1, 1), null, new Window(1, 1)).Relu();
        IReadOnlyList<(Tensor, ReadOnlyMemory<float>)> rows = ChannelWeights.Of(Tensor.Concat(1, first, second, third))!;
        Assert.Equal([[1, 2], [3, 4], [1, 2], [1, 2]], rows.Select(row => row.Item2.ToArray()));
        (int A, int B, double Cosine) pair = Assert.Single(ChannelWeights.Pairs(rows, 0.99));
        Assert.Equal((0, 3), (pair.A, pair.B));
        Assert.Equal(1, pair.Cosine, 1e-6);
        // (1, 2) and (3, 4): 11 / √(5 · 25).
        Assert.Contains(ChannelWeights.Pairs(rows, 0.9), other => (other.A, other.B) == (0, 1) && Math.Abs(other.Cosine - 11 / Math.Sqrt(125)) < 1e-6);
    }

    [Fact]
    public void Long_rows_have_the_cosine_of_the_definition()
    {
        // A length that leaves a tail after any vector.
        float[] a = [.. Enumerable.Range(0, 37).Select(i => MathF.Sin(i))], b = [.. Enumerable.Range(0, 37).Select(i => MathF.Sin(i + 0.2f))];
        double product = a.Zip(b, (x, y) => (double)x * y).Sum(), lengths = Math.Sqrt(a.Sum(x => (double)x * x) * b.Sum(y => (double)y * y));
        Assert.Equal(product / lengths, Assert.Single(ChannelWeights.Pairs([(s_image, a), (s_image, b)], 0.5)).Cosine, 1e-6);
        Assert.Empty(ChannelWeights.Pairs([(s_image, a), (s_image, new float[37])], -1));
    }

    [Fact]
    public void A_sum_of_layers_has_no_weights_of_its_own()
    {
        Tensor a = s_image.Conv2D(Kernel(2, 1), null, new Window(1, 1)), b = s_image.Conv2D(Kernel(2, 3), null, new Window(1, 1));
        Assert.Null(ChannelWeights.Of((a + b).Relu()));
        Assert.Null(ChannelWeights.Of(s_image));
    }

    [Fact]
    public void A_gate_that_is_computed_otherwise_leaves_a_channel_no_weights_of_its_own()
    {
        Tensor conv = s_image.Conv2D(Kernel(2, 1), null, new Window(1, 1)), gate = conv.MeanOver(2, 3).Reshape(new Shape(1, 2, 1, 1)).Conv2D(Kernel(2, 3), null, new Window(1, 1)).Sigmoid();
        Assert.Null(ChannelWeights.Of(conv * gate));
        Assert.Null(ChannelWeights.Of(gate * conv));
    }

    [Fact]
    public void What_is_of_constants_alone_has_no_weights() =>
        Assert.Null(ChannelWeights.Of(new Tensor(new Multiply(), Tensor.Constant(new Shape(1, 2), 1, 2), Tensor.Constant(new Shape(1, 2), 3, 4)).Relu()));
}
