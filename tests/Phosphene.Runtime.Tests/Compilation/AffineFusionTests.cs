using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>One number for each channel: batch normalization before a ReLU, squeeze and excitation.</summary>
public sealed class AffineFusionTests
{
    private static readonly Window One = new(1, 1);

    private static IReadOnlyList<Kernel> Kernels(params Tensor[] outputs)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(outputs);
        return plan.Executed;
    }

    [Theory]
    [InlineData(2, 34, 9, 14)]
    [InlineData(1, 32, 3, 5)]
    [InlineData(1, 5, 4, 7)]
    public void Batch_normalization_before_a_relu_agrees_with_the_reference(int batch, int channels, int height, int width)
    {
        var given = new Sample(seed: 3);
        Tensor x = given.Input(batch, channels, height, width), scale = given.Constant(1, channels, 1, 1), offset = given.Constant(channels, 1, 1);
        Tensor y = (x * scale + offset).Relu(), z = (x + offset).Clip(0, 0.5f) * scale;
        Tensor weighted = ((y + z).Conv2D(given.Constant(20, channels, 1, 1), null, One) * given.Input(batch, 20, height, width)).Sum();
        Compare.WithReference(given, y, z, Gradients.Of(weighted, [x])[0]);
    }

    [Fact]
    public void Batch_normalization_before_a_relu_is_one_pass_each_way_and_none_where_a_pointwise_convolution_alone_reads_it()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 48, 9, 14).MaxPool(new Window(3, 3, 1, 1, 1, 1, 1, 1)), y = (x * given.Constant(1, 48, 1, 1) + given.Constant(1, 48, 1, 1)).Relu();
        Tensor z = y.Conv2D(given.Constant(20, 48, 1, 1), null, One), gradient = Gradients.Of(z.Channel(3).Sum(), [x])[0];
        Assert.Equal(0, Kernels(z).Count(kernel => kernel is AffineKernel));
        Assert.Single(Kernels(z, y), kernel => kernel is AffineKernel);
        Assert.Equal(0, Kernels(z).Count(kernel => kernel.GetType().Name.StartsWith("Pairwise", StringComparison.Ordinal)));
        Assert.Equal(2, Kernels(z, gradient).Count(kernel => kernel is AffineKernel));
    }

    [Theory]
    [InlineData(1, 32)]
    [InlineData(3, 41)]
    public void Squeeze_and_excitation_agrees_with_the_reference(int batch, int channels)
    {
        var given = new Sample(seed: 4);
        Tensor image = given.Input(batch, channels, 8, 11), x = image.Conv2D(given.Constant(channels, 1, 3, 3), null, new Window(3, 3, 1, 1, 1, 1, 1, 1), channels);
        Tensor y = x * x.Sigmoid(), squeezed = y.SumOver(2, 3) / 88;
        Tensor excited = squeezed.Conv2D(given.Constant(8, channels, 1, 1), given.Constant(8), One).Relu().Conv2D(given.Constant(channels, 8, 1, 1), given.Constant(channels), One).Sigmoid();
        Tensor z = (y * excited).Conv2D(given.Constant(24, channels, 1, 1), null, One);
        Tensor gradient = Gradients.Of((z * given.Input([.. z.Shape])).Sum(), [image])[0];
        Compare.WithReference(given, z, gradient);
        IReadOnlyList<Kernel> kernels = Kernels(z, gradient);
        Assert.Equal(1, kernels.Count(kernel => kernel is AffineKernel));
        Assert.Equal(2, kernels.Count(kernel => kernel is ChannelSums));
        Assert.DoesNotContain(kernels, kernel => kernel is PairwiseKernel<AddFunction>);
    }

    [Theory]
    [InlineData(1, 34, 9, 14)]
    [InlineData(3, 32, 7, 7)]
    [InlineData(2, 430, 3, 5)]                                       // in two chunks
    public void Maps_are_applied_where_pointwise_convolutions_gather(int batch, int channels, int height, int width)
    {
        var given = new Sample(seed: 5);
        Tensor x = given.Input(batch, channels, height, width).MaxPool(new Window(3, 3, 1, 1, 1, 1, 1, 1)), scale = given.Input(batch, channels, 1, 1), offset = given.Constant(channels, 1, 1);
        Tensor[] maps = [x * scale, (x * scale + offset).Relu(), (x + offset).Clip(0, 0.5f)];
        Tensor skip = given.Input(batch, 20, height, width);
        Tensor[] outputs = [.. maps.SelectMany(map => new[] { (Point(map, 20) + skip).Relu(), Point(map, 20).Relu(), Point(map, 7) })];
        Assert.DoesNotContain(Kernels(outputs), kernel => kernel is AffineKernel);
        Compare.WithReference(given, outputs);
        Compare.WithReference(given, [.. outputs, .. maps]);         // outputs themselves, they are computed

        Tensor Point(Tensor map, int count) => map.Conv2D(given.Constant(count, channels, 1, 1), given.Constant(count), One);
    }

    [Fact]
    public void What_something_else_reads_stays()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 33, 4, 9), scaled = x * given.Constant(33, 1, 1), moved = scaled + given.Constant(1, 33, 1, 1);
        Compare.WithReference(given, scaled, moved, moved.Relu(), moved + x, (x * x).SumOver(2, 3), (x * scaled).SumOver(2, 3));
    }

    [Fact]
    public void Numbers_of_each_image_are_its_own()
    {
        var given = new Sample();
        Tensor x = given.Input(3, 33, 4, 9), y = x * given.Input(3, 33, 1, 1) + given.Input(3, 33, 1, 1) + given.Input(3, 33, 4, 9);
        Compare.WithReference(given, y, y.Relu());
    }
}
