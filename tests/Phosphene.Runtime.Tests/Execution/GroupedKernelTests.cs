using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

/// <summary>Convolutions in narrow groups, both directions. One, two and three threads must give the same bytes: <see cref="Compare"/> sees to it.</summary>
public sealed class GroupedKernelTests
{
    // Groups, inputs and outputs of each, height, width, window.
    public static TheoryData<int, int, int, int, int, Window> Cases => new()
    {
        { 9, 2, 2, 7, 9, Same },
        { 11, 4, 4, 6, 14, Same },                                   // whole tiles of fourteen, and a last block that is not full
        { 5, 8, 8, 5, 31, Same },                                    // fourteen and some, three left over
        { 3, 16, 16, 7, 22, Same },                                  // fourteen and eight
        { 7, 3, 3, 9, 13, Same },                                    // groups across vectors
        { 3, 24, 24, 6, 11, Same },                                  // groups across blocks
        { 2, 40, 40, 3, 10, Same },
        { 6, 2, 8, 6, 9, Same },                                     // more outputs than inputs, and back
        { 6, 8, 2, 6, 9, Same },
        { 17, 1, 2, 6, 15, Same },
        { 5, 4, 6, 5, 7, Same },
        { 8, 4, 4, 15, 29, new Window(3, 3, 2, 2, 1, 1, 1, 1) },
        { 2, 16, 16, 14, 23, new Window(3, 3, 2, 2, 1, 1, 1, 1) },
        { 3, 24, 24, 9, 12, new Window(3, 3, 2, 2, 1, 1, 1, 1) },
        { 6, 8, 8, 11, 17, new Window(3, 3, 1, 1, 2, 2, 2, 2, 2, 2) },
        { 5, 4, 4, 12, 19, new Window(3, 3, 1, 2, 2, 1, 2, 4, 2, 3) },
        { 4, 8, 8, 10, 13, new Window(3, 2, 3, 2, 0, 1, 2, 0) },
        { 4, 4, 4, 9, 20, new Window(5, 5, 1, 1, 2, 2, 2, 2) },
        { 4, 8, 8, 6, 17, new Window(1, 3, 1, 1, 0, 2, 0, 0) },
        { 12, 4, 4, 5, 11, new Window(1, 1) },                       // no tap leaves the image
        { 12, 4, 4, 6, 11, new Window(2, 2, 3, 3) },                 // some inputs have no tap
        { 4, 8, 8, 3, 2, new Window(5, 5, 1, 1, 4, 4, 4, 4) },       // the window is larger than the image
    };

    private static Window Same => new(3, 3, 1, 1, 1, 1, 1, 1);

    [Theory, MemberData(nameof(Cases))]
    public void Both_directions_agree_with_the_reference(int groups, int inputs, int outputs, int height, int width, Window window)
    {
        var given = new Sample();
        Tensor x = given.Input(2, groups * inputs, height, width).Relu();
        Tensor y = x.Conv2D(given.Constant(groups * outputs, inputs, window.KernelY, window.KernelX), given.Constant(groups * outputs), window, groups);
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        // Narrower vectors hold fewer groups, and take the wider ones in panels.
        using var backend = new Backend(threads: 1, InstructionSet.Vector512);
        using Plan plan = backend.Compile(y, gradient);
        Assert.Equal(2, plan.Executed.Count(kernel => kernel is GroupedKernel));
        Compare.WithReference(given, y, gradient);
    }

    [Theory, MemberData(nameof(Cases))]
    public void What_comes_before_and_after_goes_into_the_epilogue(int groups, int inputs, int outputs, int height, int width, Window window)
    {
        (int channels, int results) = (groups * inputs, groups * outputs);
        var given = new Sample(seed: 3);
        Tensor x = given.Input(1, channels, height, width), hidden = (4 * x).Conv2D(given.Constant(channels, channels, 1, 1), null, new Window(1, 1)).Clip(0, 1);
        Tensor y = hidden.Conv2D(given.Constant(results, inputs, window.KernelY, window.KernelX), given.Constant(results), window, groups);
        Tensor sum = (y + given.Input([.. y.Shape])).Clip(0, 0.5f), gradient = Gradients.Of((sum * given.Input([.. y.Shape])).Sum(), [x])[0];
        // Narrower vectors hold fewer groups, and take the wider ones in panels.
        using var backend = new Backend(threads: 1, InstructionSet.Vector512);
        using Plan plan = backend.Compile(sum, gradient);
        Assert.Equal(2, plan.Executed.Count(kernel => kernel is GroupedKernel));
        Assert.Equal(0, plan.Executed.Count(kernel => kernel is ElementwiseKernel<ClipFunction>));
        // The one that is left is the last activation's, whose gradient no convolution makes.
        Assert.Equal(1, plan.Executed.Count(kernel => kernel is PairwiseKernel<ClipGradientFunction>));
        Compare.WithReference(given, sum, gradient);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(24)]
    public void The_slope_of_a_smooth_activation_is_multiplied_on_the_way_back(int perGroup)
    {
        var given = new Sample(seed: 5);
        int channels = 2 * perGroup;
        Tensor x = given.Input(2, channels, 7, 9), hidden = x.Conv2D(given.Constant(channels, perGroup, 3, 3), given.Constant(channels), Same, groups: 2);
        Tensor y = (hidden * hidden.Sigmoid()).Conv2D(given.Constant(channels, perGroup, 3, 3), null, Same, groups: 2);
        Compare.WithReference(given, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(24)]
    public void An_image_does_not_depend_on_its_batch(int perGroup)
    {
        var given = new Sample();
        int channels = 3 * perGroup;
        Tensor batch = given.Input(3, channels, 20, 30), weight = given.Constant(channels, perGroup, 3, 3);
        float[] all = Compare.Run(given, [batch.Conv2D(weight, null, Same, groups: 3)])[0], values = given.Values[batch];
        int floats = values.Length / 3;
        for (int image = 0; image < 3; image++)
        {
            Tensor alone = given.InputOf(values[(image * floats)..((image + 1) * floats)], 1, channels, 20, 30);
            Assert.Equal(all[(image * floats)..((image + 1) * floats)], Compare.Run(given, [alone.Conv2D(weight, null, Same, groups: 3)])[0]);
        }
    }

    [Fact]
    public void Weights_that_are_inputs_are_packed_in_every_run()
    {
        var given = new Sample();
        Tensor y = given.Input(2, 24, 6, 8).Conv2D(given.Input(24, 4, 3, 2), given.Input(24), new Window(3, 2, 2, 1, 1, 0, 0, 1), groups: 6);
        Compare.WithReference(given, y);
        given.Redraw();
        Compare.WithReference(given, y);
    }
}
