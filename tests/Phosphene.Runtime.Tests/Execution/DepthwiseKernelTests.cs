using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

/// <summary>Depthwise convolutions, both directions, on windows that leave the image on every side.</summary>
public sealed class DepthwiseKernelTests
{
    public static TheoryData<int, int, int, Window> Cases => new()
    {
        { 2, 20, 29, new Window(3, 3, 1, 1, 1, 1, 1, 1) },
        { 17, 15, 11, new Window(3, 3, 2, 2, 1, 1, 1, 1) },
        { 33, 14, 23, new Window(5, 5, 1, 1, 2, 2, 2, 2) },
        { 16, 19, 30, new Window(5, 5, 2, 2, 2, 2, 2, 2) },
        { 18, 7, 7, new Window(7, 7, 1, 1, 3, 3, 3, 3) },
        { 18, 9, 20, new Window(7, 7, 1, 1, 3, 3, 3, 3) },
        { 5, 10, 13, new Window(3, 2, 3, 2, 0, 1, 2, 0) },
        { 20, 12, 31, new Window(3, 3, 1, 2, 2, 1, 2, 4, 2, 3) },
        { 6, 3, 2, new Window(5, 5, 1, 1, 4, 4, 4, 4) },
        { 19, 6, 40, new Window(2, 2, 3, 3) },
        // So wide that the image is read where it lies and its border goes pixel by pixel.
        { 18, 7, 70, new Window(3, 3, 1, 1, 1, 1, 1, 1) },
        { 5, 8, 91, new Window(3, 3, 2, 2, 1, 1, 1, 1) },
        { 17, 6, 130, new Window(5, 5, 1, 1, 2, 2, 2, 2) },
        { 3, 5, 139, new Window(4, 3, 2, 3, 1, 2, 2, 0) },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Both_directions_agree_with_the_reference(int channels, int height, int width, Window window)
    {
        var given = new Sample();
        Tensor x = given.Input(2, channels, height, width).Relu();
        Tensor y = x.Conv2D(given.Constant(channels, 1, window.KernelY, window.KernelX), given.Constant(channels), window, channels);
        Compare.WithReference(given, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
    }

    [Theory, MemberData(nameof(Cases))]
    public void What_comes_before_and_after_goes_into_the_epilogue(int channels, int height, int width, Window window)
    {
        var given = new Sample(seed: 3);
        Tensor x = given.Input(1, channels, height, width), hidden = (4 * x).Conv2D(given.Constant(channels, channels, 1, 1), null, new Window(1, 1)).Clip(0, 1);
        Tensor y = hidden.Conv2D(given.Constant(channels, 1, window.KernelY, window.KernelX), given.Constant(channels), window, channels).Clip(0, 0.5f);
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y, gradient);
        Assert.Equal(2, plan.Executed.Count(kernel => kernel is DepthwiseKernel));
        Assert.Equal(0, plan.Executed.Count(kernel => kernel is ElementwiseKernel<ClipFunction>));
        // The one that is left is the last activation's, whose gradient no convolution makes.
        Assert.Equal(1, plan.Executed.Count(kernel => kernel is PairwiseKernel<ClipGradientFunction>));
        Compare.WithReference(given, y, gradient);
    }
}
