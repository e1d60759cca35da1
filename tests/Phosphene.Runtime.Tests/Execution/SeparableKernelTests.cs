using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

/// <summary>Depthwise convolutions with the 1×1 convolutions around them in one kernel: against the definition, forward and backward, on every instruction set and for several numbers of threads.</summary>
public sealed class SeparableKernelTests
{
    private static readonly Window One = new(1, 1);

    private static Window Square(int side, int stride) => new(side, side, stride, stride, side / 2, side / 2, side / 2, side / 2);

    /// <summary>batch, channels of the image, wide and after, height, width, window, stride.</summary>
    public static TheoryData<int, int, int, int, int, int, int, int> Blocks => new()
    {
        { 1, 16, 96, 24, 41, 43, 3, 1 },
        { 1, 16, 96, 24, 45, 37, 3, 2 },
        { 1, 24, 144, 32, 31, 33, 5, 2 },                            // an odd number of blocks of channels
        { 3, 24, 72, 40, 31, 33, 3, 1 },                             // a last block half full
        { 5, 20, 84, 12, 29, 35, 3, 2 },
        { 4, 35, 90, 7, 28, 28, 7, 1 },                              // channels of which no run divides the last block
        { 2, 430, 480, 430, 17, 18, 3, 1 },                          // several chunks
    };

    [Theory, MemberData(nameof(Blocks))]
    public void Blocks_agree_with_the_definition_forward_and_backward(int batch, int image, int wide, int after, int height, int width, int window, int stride)
    {
        var given = new Sample(seed: 5);
        Tensor x = given.Input([batch, image, height, width], -0.1, 0.1);
        Tensor expanded = x.Conv2D(given.Constant(wide, image, 1, 1), given.Constant(wide), One).Clip(0, 6);
        Tensor deep = expanded.Conv2D(given.Constant(wide, 1, window, window), given.Constant(wide), Square(window, stride), wide).Clip(0, 6);
        Tensor y = deep.Conv2D(given.Constant(after, wide, 1, 1), given.Constant(after), One);
        if (stride == 1 && after == image) y += x;
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        Assert.Equal(2, Count(InstructionSet.Vector256, y, gradient));
        Compare.WithReference(given, 8 * Compare.Tolerance, y, gradient);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void One_of_the_1x1_convolutions_may_be_missing(bool before, bool after)
    {
        var given = new Sample(seed: 3);
        Tensor x = given.Input([2, 48, 47, 61], -0.1, 0.1), y = x;
        if (before) y = Smooth(y.Conv2D(given.Constant(48, 48, 1, 1), given.Constant(48), One));
        y = Smooth(y.Conv2D(given.Constant(48, 1, 5, 5), given.Constant(48), Square(5, before ? 2 : 1), 48));
        if (after) y = Smooth(y.Conv2D(given.Constant(20, 48, 1, 1), null, One)); else y = y.AveragePool(new Window(2, 2, 2, 2));
        Tensor gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0];
        Assert.InRange(Count(InstructionSet.Vector256, y, gradient), 1, 2);
        Compare.WithReference(given, 8 * Compare.Tolerance, y, gradient);

        static Tensor Smooth(Tensor sum) => sum * sum.Sigmoid();
    }

    [Fact]
    public void What_others_read_too_is_written()
    {
        var given = new Sample(seed: 4);
        Tensor x = given.Input([1, 16, 41, 43], -0.1, 0.1), expanded = x.Conv2D(given.Constant(96, 16, 1, 1), null, One).Relu();
        Tensor deep = expanded.Conv2D(given.Constant(96, 1, 3, 3), null, Square(3, 1), 96).Relu(), y = deep.Conv2D(given.Constant(24, 96, 1, 1), null, One);
        Compare.WithReference(given, 8 * Compare.Tolerance, y, expanded);
        Compare.WithReference(given, 8 * Compare.Tolerance, y, deep);
        Compare.WithReference(given, 8 * Compare.Tolerance, y, expanded.Mean(), Gradients.Of((expanded * given.Input([.. expanded.Shape])).Sum(), [x])[0]);
        Assert.Equal(1, Count(InstructionSet.Vector256, y, deep));
        Assert.Equal(0, Count(InstructionSet.Vector256, y, deep, expanded));
    }

    [Theory]
    [InlineData(3, 1, 1)]                                            // one after the other, as in MobileNet v1
    [InlineData(1, 2, 0)]                                            // rows that no tap reads
    [InlineData(3, 2, 0)]                                            // the last row is not read
    public void Chains_of_blocks_and_rows_that_are_not_read_agree_with_the_definition(int window, int stride, int padding)
    {
        var given = new Sample(seed: 8);
        Tensor x = given.Input([2, 33, 46, 48], -0.1, 0.1), y = x;
        var taps = new Window(window, window, stride, stride, padding, padding, padding, padding);
        for (int block = 0; block < 2; block++)
        {
            Tensor wide = y.Conv2D(given.Constant(33, 33, 1, 1), null, One);
            y = (wide * wide.Sigmoid()).Conv2D(given.Constant(33, 1, window, window), given.Constant(33), taps, 33).Relu().Conv2D(given.Constant(33, 33, 1, 1), null, One).Relu();
            y = y.Conv2D(given.Constant(33, 1, 3, 3), null, Square(3, 1), 33).Relu();
        }
        Compare.WithReference(given, 16 * Compare.Tolerance, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
    }

    [Theory]
    [InlineData(5000, 1)]
    [InlineData(6000, 0)]
    public void An_image_too_wide_for_the_stack_is_left_to_other_kernels(int width, int expected)
    {
        var given = new Sample();
        Tensor x = given.Input(1, 16, 2, width), wide = x.Conv2D(given.Constant(32, 16, 1, 1), null, One).Relu();
        Assert.Equal(expected, Count(InstructionSet.Vector256, wide.Conv2D(given.Constant(32, 1, 3, 3), null, Square(3, 1), 32).Conv2D(given.Constant(8, 32, 1, 1), null, One)));
    }

    [Fact]
    public void A_gradient_alone_needs_no_result_of_the_block()
    {
        var given = new Sample(seed: 6);
        Tensor x = given.Input([1, 16, 41, 43], -0.1, 0.1), expanded = x.Conv2D(given.Constant(96, 16, 1, 1), null, One).Relu();
        Tensor y = expanded.Conv2D(given.Constant(96, 1, 3, 3), null, Square(3, 1), 96).Relu().Conv2D(given.Constant(24, 96, 1, 1), null, One);
        Compare.WithReference(given, 8 * Compare.Tolerance, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
    }

    /// <summary>The number of threads decides into how many parts images are cut, and at last whether the block is one kernel.</summary>
    [Theory]
    [InlineData(1, 16, 51)]
    [InlineData(4, 16, 22)]
    [InlineData(4, 3, 22)]                                           // the gradient in an image of three channels is another kernel's
    public void Any_number_of_threads_gives_the_same_bytes(int batch, int channels, int height)
    {
        var given = new Sample(seed: 2);
        Tensor x = given.Input([batch, channels, height, 43], -0.1, 0.1), expanded = x.Conv2D(given.Constant(96, channels, 1, 1), null, One).Relu();
        Tensor y = expanded.Conv2D(given.Constant(96, 1, 3, 3), null, Square(3, 2), 96).Relu().Conv2D(given.Constant(24, 96, 1, 1), null, One);
        Tensor[] outputs = [y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]];
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            float[][] one = Compare.Run(given, outputs, set, threads: 1);
            Assert.All([2, 3, 7, 40], threads => Assert.Equal(one, Compare.Run(given, outputs, set, threads)));
        }
    }

    private static int Count(InstructionSet set, params Tensor[] outputs)
    {
        using var backend = new Backend(threads: 1, set);
        return new Lowering(backend, Passes.Apply(backend, outputs)).Kernels.OfType<SeparableKernel>().Count();
    }
}
