using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>Sums and masks of gradients in the epilogues of convolutions: that they go there, and that values stay the same.</summary>
public sealed class GradientFusionTests
{
    private static readonly Window One = new(1, 1), Three = new(3, 3, 1, 1, 1, 1, 1, 1);

    private static int Kernels<T>(params Tensor[] outputs)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(outputs);
        return plan.Executed.Count(kernel => kernel is T);
    }

    // An Inception block: three branches that read one tensor and are put side by side; some widths are not multiples of a block.
    private static (Tensor X, Tensor Y) Block(Sample given, int first, int second, int third)
    {
        Tensor image = given.Input(2, 24, 9, 14), x = image.Conv2D(given.Constant(32, 24, 3, 3), given.Constant(32), Three).Relu();
        Tensor a = x.Conv2D(given.Constant(first, 32, 1, 1), given.Constant(first), One).Relu();
        Tensor b = x.Conv2D(given.Constant(20, 32, 1, 1), null, One).Relu().Conv2D(given.Constant(second, 20, 3, 3), null, Three).Relu();
        Tensor c = x.MaxPool(Three).Conv2D(given.Constant(third, 32, 1, 1), null, One).Relu();
        Tensor joined = Tensor.Concat(1, a, b, c);
        return (image, joined.Conv2D(given.Constant(17, first + second + third, 1, 1), null, One).Relu());
    }

    [Theory]
    [InlineData(16, 32, 48)]
    [InlineData(16, 24, 40)]
    [InlineData(17, 32, 16)]
    public void A_block_of_branches_has_the_gradient_of_its_parts(int first, int second, int third)
    {
        // With the values of seed 1 one activation is so near 0 that single and double precision disagree about its sign.
        var given = new Sample(seed: 2);
        (Tensor x, Tensor y) = Block(given, first, second, third);
        Compare.WithReference(given, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x]));
    }

    [Fact]
    public void A_block_of_branches_needs_no_pass_for_sums_and_masks()
    {
        var given = new Sample();
        (Tensor x, Tensor y) = Block(given, 16, 32, 48);
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        // The one that is left is the last ReLU's, whose gradient no convolution makes.
        Assert.Equal(1, Kernels<PairwiseKernel<ReluGradientFunction>>(gradient));
        Assert.Equal(0, Kernels<PairwiseKernel<AddFunction>>(gradient));
    }

    [Fact]
    public void A_gradient_that_is_also_asked_for_is_not_fused_away()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 24, 7, 10), hidden = x.Conv2D(given.Constant(32, 24, 3, 3), null, Three), y = hidden.Relu();
        Tensor z = (y.Conv2D(given.Constant(16, 32, 1, 1), null, One) * given.Input(1, 16, 7, 10)).Sum();
        Compare.WithReference(given, Gradients.Of(z, [y, hidden, x]));
    }

    [Fact]
    public void A_branch_that_is_read_beside_the_concatenation_is_masked_by_itself()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 20, 6, 11);
        Tensor a = x.Conv2D(given.Constant(16, 20, 1, 1), null, One).Relu(), b = x.Conv2D(given.Constant(32, 20, 3, 3), null, Three).Relu();
        Tensor joined = Tensor.Concat(1, a, b).Conv2D(given.Constant(24, 48, 1, 1), null, One), beside = a.Conv2D(given.Constant(24, 16, 1, 1), null, One);
        Compare.WithReference(given, Gradients.Of(((joined + beside) * given.Input(1, 24, 6, 11)).Sum(), [x]));
    }

    [Fact]
    public void The_same_branch_twice_in_a_concatenation_is_counted_twice()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 20, 6, 11), a = x.Conv2D(given.Constant(16, 20, 1, 1), null, One).Relu();
        Tensor y = Tensor.Concat(1, a, a).Conv2D(given.Constant(24, 32, 1, 1), null, One);
        Compare.WithReference(given, Gradients.Of((y * given.Input(1, 24, 6, 11)).Sum(), [x]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_mask_of_a_relu_goes_into_the_gradient_of_the_pooling_or_normalization_after_it(bool normalizes)
    {
        var given = new Sample(seed: 2);
        Tensor x = given.Input(2, 20, 9, 12), hidden = x.Conv2D(given.Constant(24, 20, 1, 1), given.Constant(24), One).Relu();
        Tensor y = normalizes ? new Tensor(new Lrn(5, 1, 0.75f, 1), hidden) : hidden.MaxPool(new Window(3, 3, 2, 2));
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        Assert.Equal(0, Kernels<PairwiseKernel<ReluGradientFunction>>(gradient));
        Compare.WithReference(given, gradient, y);
    }

    [Fact]
    public void Convolutions_of_1x1_that_share_an_input_are_one_kernel_each_way()
    {
        var given = new Sample();
        (Tensor x, Tensor y) = Block(given, 16, 32, 48);
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        // Two siblings, the one after the pool and the last: three forward and three back.
        Assert.Equal(3, Kernels<PointwiseKernel>(y));
        Assert.Equal(3 + 3, Kernels<PointwiseKernel>(y, gradient));
    }

    [Fact]
    public void Siblings_may_have_weights_that_are_given_or_computed()
    {
        var given = new Sample(seed: 3);
        Tensor x = given.Input(2, 24, 6, 7), w1 = given.Input(17, 24, 1, 1), w2 = given.Input(32, 24, 1, 1), w3 = w2 * x.Mean(), bias = given.Input(17);
        Tensor y = Tensor.Concat(1, x.Conv2D(w1, bias, One).Relu(), x.Conv2D(w2, null, One), x.Conv2D(w3, null, One), x.Conv2D(given.Constant(40, 24, 1, 1), null, One));
        Compare.WithReference(given, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x, w1, w2, bias]).Append(y).ToArray());
    }

    [Fact]
    public void Siblings_of_many_strips_and_odd_channels_agree()
    {
        var given = new Sample(seed: 4);
        Tensor x = given.Input(6, 143, 23, 25);
        Tensor y = Tensor.Concat(1, x.Conv2D(given.Constant(40, 143, 1, 1), given.Constant(40), One).Relu(), x.Conv2D(given.Constant(33, 143, 1, 1), null, One));
        Compare.WithReference(given, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
    }

    // Layers of a dense block: each reads all before it, through batch normalization and a ReLU.
    private static (Tensor X, Tensor Y) DenseBlock(Sample given, int batch, int channels, int growth, float ceiling)
    {
        Tensor image = given.Input(batch, 24, 9, 14), x = image.Conv2D(given.Constant(channels, 24, 3, 3), given.Constant(channels), Three);
        for (int layer = 0; layer < 3; layer++)
        {
            Tensor normalized = Normalized(x), narrow = normalized.Conv2D(given.Constant(40, x.Shape.Channels, 1, 1), given.Constant(40), One).Relu();
            x = Tensor.Concat(1, x, narrow.Conv2D(given.Constant(growth, 40, 3, 3), null, Three));
        }
        return (image, Normalized(x).Conv2D(given.Constant(20, x.Shape.Channels, 1, 1), null, One));

        Tensor Normalized(Tensor x)
        {
            Tensor y = x * given.Constant(1, x.Shape.Channels, 1, 1) + given.Constant(x.Shape.Channels, 1, 1);
            return ceiling > 0 ? y.Clip(0, ceiling) : y.Relu();
        }
    }

    [Theory]
    [InlineData(2, 32, 16, 0)]
    [InlineData(1, 41, 9, 0)]
    [InlineData(3, 48, 32, 8)]
    public void A_dense_block_agrees_with_the_reference(int batch, int channels, int growth, float ceiling)
    {
        var given = new Sample(seed: 4);
        (Tensor x, Tensor y) = DenseBlock(given, batch, channels, growth, ceiling);
        // Seven convolutions in a row, by Winograd's algorithm too.
        Compare.WithReference(given, 4 * Compare.Tolerance, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
    }

    [Fact]
    public void A_dense_block_needs_no_pass_for_normalization_and_sums_either_way()
    {
        var given = new Sample();
        (Tensor x, Tensor y) = DenseBlock(given, 1, 32, 16, 0);
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        Assert.Equal(0, Kernels<AffineKernel>(y, gradient));
        Assert.Equal(0, Kernels<PairwiseKernel<AddFunction>>(y, gradient));
        Assert.Equal(0, Kernels<PairwiseKernel<ReluGradientFunction>>(y, gradient));
    }

    /// <summary>The same gradient is added before the mask and after it: the result must not take its memory.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void What_is_added_before_the_mask_and_after_it_is_read_twice(int batch)
    {
        var given = new Sample(seed: 5);
        Tensor image = given.Input(batch, 24, 9, 14), x = image.Conv2D(given.Constant(32, 24, 3, 3), null, Three), y = x.Relu();
        Tensor sum = (y.Conv2D(given.Constant(20, 32, 1, 1), null, One) * given.Input(batch, 20, 9, 14)).Sum() + ((x + y) * given.Input(batch, 32, 9, 14)).Sum();
        Compare.WithReference(given, Gradients.Of(sum, [image]));
    }

    [Fact]
    public void Pixels_that_are_asked_for_ahead_are_not_taken_for_others()
    {
        var given = new Sample(seed: 5);
        // Large enough that the next strip is asked for; a strip of sevens, and one with a tail.
        foreach ((int height, int width) in ((int, int)[])[(42, 49), (41, 47)])
        {
            Tensor x = given.Input(4, 72, height, width), y = x.Conv2D(given.Constant(50, 72, 1, 1), given.Constant(50), One).Relu().Conv2D(given.Constant(24, 50, 1, 1), null, One);
            Compare.WithReference(given, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
        }
    }
}
