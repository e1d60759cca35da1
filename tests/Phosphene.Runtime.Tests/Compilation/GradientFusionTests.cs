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
        return plan.Kernels.Count(kernel => kernel is T);
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
}
