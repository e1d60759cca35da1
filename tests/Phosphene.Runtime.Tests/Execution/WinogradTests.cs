using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

/// <summary>Winograd's algorithm against the definition of convolution, at sizes where it is chosen.</summary>
public sealed class WinogradTests
{
    private static readonly Window Same = new(3, 3, 1, 1, 1, 1, 1, 1);

    private static readonly Window Five = new(5, 5, 1, 1, 2, 2, 2, 2);

    // The transforms multiply and cancel again, which costs a bit or two.
    private const double Tolerance = 4 * Compare.Tolerance;

    private static void AssertChosen(params Tensor[] outputs)
    {
        using var backend = new Backend(threads: 1, InstructionSet.Vector256);         // with wider vectors the estimates differ
        using Plan plan = backend.Compile(outputs);
        Assert.Equal(Processor.FusesMultiplyAdd, plan.Executed.Any(kernel => kernel is WinogradKernel));
    }

    [Theory]
    [InlineData(1, 64, 48, 16, 28)]
    [InlineData(2, 40, 72, 13, 22)]                                 // tails in channels, rows, columns and tiles
    [InlineData(3, 33, 65, 9, 31)]
    [InlineData(3, 112, 32, 27, 28)]                                // a group of two images, then one of one
    [InlineData(1, 192, 150, 7, 8)]                                 // so small that the kernel transforms the weights itself
    [InlineData(1, 72, 200, 8, 9)]
    [InlineData(1, 150, 70, 15, 14)]                                // tiles of eight rows, and three chunks of channels
    [InlineData(1, 150, 40, 21, 30)]                                // two chunks and several strips
    [InlineData(1, 300, 400, 21, 23)]                               // large weights, transformed for a strip of 36 tiles
    public void Forward_agrees_with_the_definition(int batch, int inputs, int outputs, int height, int width)
    {
        var given = new Sample();
        Tensor y = given.Input(batch, inputs, height, width).Conv2D(given.Constant(outputs, inputs, 3, 3), given.Constant(outputs), Same).Relu();
        AssertChosen(y);
        Compare.WithReference(given, Tolerance, y);
    }

    [Theory]
    [InlineData(1, 32, 96, 16, 22)]
    [InlineData(2, 24, 72, 13, 15)]
    [InlineData(3, 33, 65, 7, 8)]
    public void Windows_of_five_agree_with_the_definition_forward_and_backward(int batch, int inputs, int outputs, int height, int width)
    {
        var given = new Sample();
        Tensor x = given.Input(batch, inputs, height, width), w = given.Constant(outputs, inputs, 5, 5);
        Tensor y = x.Conv2D(w, given.Constant(outputs), Five).Relu();
        AssertChosen(y);
        Compare.WithReference(given, Tolerance, y);

        Tensor linear = x.Conv2D(w, null, new Window(5, 5, 1, 1, Top: 2, Left: 1, Bottom: 1, Right: 3));
        Tensor gradient = Gradients.Of((linear * given.Input([.. linear.Shape])).Sum(), [x])[0];
        AssertChosen(gradient);
        Compare.WithReference(given, Tolerance, gradient);
    }

    [Fact]
    public void Without_padding_and_with_padding_on_one_side_it_agrees()
    {
        foreach (Window window in new[] { new Window(3, 3), new Window(3, 3, 1, 1, Top: 2, Left: 0, Bottom: 0, Right: 1) })
        {
            var given = new Sample();
            Tensor y = given.Input(1, 48, 21, 26).Conv2D(given.Constant(64, 48, 3, 3), null, window);
            AssertChosen(y);
            Compare.WithReference(given, Tolerance, y);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(2, 1)]
    public void The_gradient_in_the_input_agrees(int top, int left)
    {
        var given = new Sample();
        Tensor x = given.Input(2, 40, 14, 23), w = given.Constant(56, 40, 3, 3);
        Tensor y = x.Conv2D(w, null, new Window(3, 3, 1, 1, top, left, 1, 1));
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        AssertChosen(gradient);
        Compare.WithReference(given, Tolerance, gradient);
    }

    /// <summary>Whether weights are transformed on the spot, which rounds otherwise, does not depend on how many images there are.</summary>
    [Theory]
    [InlineData(72, 8, 9)]
    [InlineData(150, 15, 14)]
    [InlineData(40, 21, 30)]
    [InlineData(344, 21, 23)]                                        // large weights, two strips in the batch
    public void An_image_is_the_same_in_a_batch_as_alone_to_the_last_bit(int channels, int height, int width)
    {
        const int images = 3;
        var given = new Sample();
        Tensor x = given.Input(1, channels, height, width), w = given.Constant(channels, channels, 3, 3), several = given.InputOf([.. Enumerable.Repeat(given.Values[x], images).SelectMany(image => image)], images, channels, height, width);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            float[] alone = Compare.Run(given, [x.Conv2D(w, null, Same)], set)[0], all = Compare.Run(given, [several.Conv2D(w, null, Same)], set)[0];
            for (int image = 0; image < images; image++) Assert.Equal(alone, all[(image * alone.Length)..((image + 1) * alone.Length)]);
        }
    }

    /// <summary>An image alone gains nothing there, a batch much, and both have to choose alike.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Few_pixels_of_many_channels_go_by_it_with_wide_vectors_too(int batch)
    {
        var given = new Sample();
        using var backend = new Backend(threads: 1, InstructionSet.Vector512);
        using Plan plan = backend.Compile(given.Input(batch, 512, 7, 7).Conv2D(given.Constant(512, 512, 3, 3), null, Same));
        Assert.Equal(Processor.FusesMultiplyAdd, plan.Executed.Any(kernel => kernel is WinogradKernel));
    }

    [Fact]
    public void Weights_that_change_are_packed_anew_in_each_run()
    {
        var given = new Sample();
        // Large enough that even the transforms of the weights, in every run, pay.
        Tensor y = given.Input(1, 32, 44, 52).Conv2D(given.Input(40, 32, 3, 3), null, Same);
        AssertChosen(y);
        Compare.WithReference(given, Tolerance, y);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public void Strides_and_dilations_are_left_to_the_direct_kernel(int stride, int dilation)
    {
        var given = new Sample();
        Tensor y = given.Input(1, 64, 40, 44).Conv2D(given.Constant(64, 64, 3, 3), null, new Window(3, 3, stride, stride, 1, 1, 1, 1, dilation, dilation));
        using var backend = new Backend(threads: 1, InstructionSet.Vector256);         // with wider vectors the estimates differ
        using Plan plan = backend.Compile(y);
        Assert.DoesNotContain(plan.Executed, kernel => kernel is WinogradKernel);
    }
}
