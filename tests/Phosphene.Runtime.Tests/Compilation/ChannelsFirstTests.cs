using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>Stretches with channels last, as ConvNeXt has them, computed with channels first.</summary>
public sealed class ChannelsFirstTests
{
    private static IReadOnlyList<Kernel> Kernels(params Tensor[] outputs)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(outputs);
        return plan.Executed;
    }

    private static Tensor Small(Sample given, params int[] extents) => Tensor.Constant(new Shape(extents), [.. ((Constant)given.Constant(extents).Operator).Values.ToArray().Select(value => 0.2f * value)]);

    private static Tensor Block(Sample given, Tensor x)
    {
        int channels = x.Shape.Channels;
        Tensor y = x.Conv2D(given.Constant(channels, 1, 7, 7), given.Constant(channels), new Window(7, 7, 1, 1, 3, 3, 3, 3), channels).Transpose(0, 2, 3, 1);
        y = y.Standardize(3, 1e-6f) * given.Constant(channels) + given.Constant(channels);
        y = (y.MatMul(Small(given, channels, 2 * channels)) + given.Constant(2 * channels)).Gelu();
        y = y.MatMul(Small(given, 2 * channels, channels)) + given.Constant(channels);
        return x + y.Transpose(0, 3, 1, 2) * given.Constant(channels, 1, 1);
    }

    [Theory]
    [InlineData(2, 18, 9, 11)]
    [InlineData(1, 32, 8, 5)]
    [InlineData(1, 7, 3, 12)]
    public void A_block_agrees_with_the_reference(int batch, int channels, int height, int width)
    {
        var given = new Sample();
        Tensor x = given.Input(batch, channels, height, width), y = Block(given, Block(given, x));
        Compare.WithReference(given, 5e-5, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
    }

    [Fact]
    public void A_block_needs_no_transposes_and_no_passes_for_scales_offsets_and_activations()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 32, 9, 11).MaxPool(new Window(3, 3, 1, 1, 1, 1, 1, 1)), y = Block(given, Block(given, x)), gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        IReadOnlyList<Kernel> kernels = Kernels(y, gradient);
        Assert.True(kernels.All(kernel => kernel is not (StridedCopy or MatrixProduct or AffineKernel)), string.Join('\n', kernels.Select(kernel => kernel.Name)));
        Assert.Equal(["PairwiseKernel`1"], kernels.Select(kernel => kernel.GetType().Name).Where(kernel => kernel.Contains("wise", StringComparison.Ordinal) && kernel.Contains('`')));
        Assert.Equal(4, kernels.Count(kernel => kernel is StandardizeChannelsKernel));
        Assert.Equal(8, kernels.Count(kernel => kernel is PointwiseKernel));
    }

    [Fact]
    public void What_stands_in_between_is_there_for_others()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 18, 5, 6), last = x.Transpose(0, 2, 3, 1), product = last.MatMul(given.Constant(24, 18), false, true), back = product.Transpose(0, 3, 1, 2);
        Tensor positions = given.Input(5, 6, 18), weight = given.Input(18, 20), bias = given.Input(20);
        Compare.WithReference(given, last, product, back, (last + positions).Transpose(0, 3, 1, 2), product.SumOver(1), last.Softmax(3).Transpose(0, 3, 1, 2));
        Tensor y = (last.MatMul(weight) + bias).Relu().Transpose(0, 3, 1, 2);
        Compare.WithReference(given, [y, .. Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x, weight, bias])]);
    }

    [Theory]
    [InlineData(2, 50, 5, 7)]
    [InlineData(1, 16, 6, 9)]
    [InlineData(1, 3, 8, 11)]
    public void Channels_of_each_pixel_are_standardized_both_ways(int batch, int channels, int height, int width)
    {
        var given = new Sample();
        Tensor x = given.Input(batch, channels, height, width) + 3, y = x.Transpose(0, 2, 3, 1).Standardize(3, 1e-3f).Transpose(0, 3, 1, 2);
        Tensor[] outputs = [y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]];
        Compare.WithReference(given, outputs);
        Assert.Equal(2, Kernels(outputs).Count(kernel => kernel is StandardizeChannelsKernel));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Scale_and_offset_before_a_pointwise_convolution_become_part_of_it(bool bias)
    {
        var given = new Sample();
        Tensor x = given.Input(1, 34, 6, 9), before = x * given.Constant(34, 1, 1) + given.Constant(1, 34, 1, 1);
        Tensor y = before.Conv2D(given.Constant(20, 34, 1, 1), bias ? given.Constant(20) : null, new Window(1, 1)), gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        Compare.WithReference(given, y, gradient);
        Assert.Equal(0, Kernels(y, gradient).Count(kernel => kernel is AffineKernel));
        Compare.WithReference(given, y, before, before.Conv2D(given.Constant(20, 34, 3, 3), null, new Window(3, 3, 1, 1, 1, 1, 1, 1)));
    }
}
