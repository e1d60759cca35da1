using Phosphene.Evidence.Weights;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Evidence.Tests.Weights;

public sealed class ExpandedWeightsTests
{
    private static readonly Tensor s_image = new(new Input(new Shape(1, 2, 4, 5), "image"));
    private static readonly Tensor s_source = s_image.Conv2D(Weights(3, 2, 1, 1, 0.5f), null, new Window(1, 1)).Relu();

    private static Tensor Weights(int rows, int columns, int ky, int kx, float first) => Tensor.Constant(new Shape(rows, columns, ky, kx), [.. Enumerable.Range(0, rows * columns * ky * kx).Select(i => first + i)]);

    private static float[][] To(Tensor layer, Tensor? source = null) => ExpandedWeights.Of(layer, Set(source ?? s_source))[source ?? s_source];

    private static HashSet<Tensor> Set(params Tensor[] tensors) => new(tensors, ReferenceEqualityComparer.Instance);

    [Fact]
    public void Weights_of_a_convolution_are_summed_over_its_kernel()
    {
        // [2, 3, 1, 2]: 0 1 | 2 3 | 4 5, 6 7 | 8 9 | 10 11
        Assert.Equal([[1, 5, 9], [13, 17, 21]], To(s_source.Conv2D(Weights(2, 3, 1, 2, 0), null, new Window(1, 2)).Relu()));
    }

    [Fact]
    public void Two_layers_in_a_row_multiply_whatever_stands_between()
    {
        Tensor middle = s_source.Conv2D(Weights(2, 3, 1, 1, 1), null, new Window(1, 1)).Relu();
        // [[1 2 3] [4 5 6]] times [[1 2] ...]: rows of the second by rows of the first.
        Assert.Equal([[1 + 2 * 4, 2 + 2 * 5, 3 + 2 * 6], [3 * 1 + 4 * 4, 3 * 2 + 4 * 5, 3 * 3 + 4 * 6]], To(middle.Conv2D(Weights(2, 2, 1, 1, 1), null, new Window(1, 1))));
    }

    [Fact]
    public void What_passes_a_block_by_is_added_and_branches_stand_side_by_side()
    {
        Tensor straight = s_source.Conv2D(Weights(3, 3, 1, 1, 1), null, new Window(1, 1));
        Assert.Equal([[2, 2, 3], [4, 6, 6], [7, 8, 10]], To((straight + s_source).Relu()));
        Assert.Equal([[0, 2, 3], [4, 4, 6], [7, 8, 8]], To(straight - s_source));
        Assert.Equal([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 2, 3], [4, 5, 6], [7, 8, 9]], To(Tensor.Concat(1, s_source, straight)));
        // Of a part that the source does not reach there is nothing.
        Tensor other = s_image.Conv2D(Weights(1, 2, 1, 1, 1), null, new Window(1, 1));
        Assert.Equal([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], To(Tensor.Concat(1, other, s_source)));
    }

    [Fact]
    public void A_group_sees_its_own_channels_and_a_factor_counts()
    {
        Tensor depthwise = s_source.Conv2D(Weights(3, 1, 1, 1, 2), null, new Window(1, 1), groups: 3);
        Assert.Equal([[2, 0, 0], [0, 3, 0], [0, 0, 4]], To(depthwise));
        Assert.Equal([[20, 0, 0], [0, 60, 0], [0, 0, 120]], To(depthwise * Tensor.Constant(new Shape(1, 3, 1, 1), 10, 20, 30)));
    }

    [Fact]
    public void A_sign_and_a_scale_count()
    {
        // As in a concatenation of x and -x.
        Assert.Equal([[1, 0, 0], [0, 1, 0], [0, 0, 1], [-2, 0, 0], [0, -2, 0], [0, 0, -2]], To(Tensor.Concat(1, s_source, s_source * -2f).Relu()).Select(row => row.Select(value => value == 0 ? 0 : value).ToArray()));
    }

    [Fact]
    public void Weights_of_a_flattened_layer_are_summed_over_its_positions()
    {
        Tensor flat = s_source.Reshape(new Shape(1, 3 * 4 * 5));
        Tensor dense = flat.MatMul(Tensor.Constant(new Shape(60, 2), [.. Enumerable.Range(0, 120).Select(i => i % 2 == 0 ? 1f : (float)(i / 40))]));
        Assert.Equal([[20, 20, 20], [0, 20, 40]], To(dense));
    }

    [Fact]
    public void A_way_ends_at_the_next_layer_that_is_looked_at()
    {
        Tensor middle = s_source.Conv2D(Weights(2, 3, 1, 1, 1), null, new Window(1, 1)).Relu(), last = middle.Conv2D(Weights(2, 2, 1, 1, 1), null, new Window(1, 1));
        IReadOnlyDictionary<Tensor, float[][]> found = ExpandedWeights.Of(last, Set(s_source, middle));
        Assert.Same(middle, Assert.Single(found).Key);
        Assert.Equal([[1, 2], [3, 4]], found[middle]);
    }
}
