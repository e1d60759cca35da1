using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class UpsamplingTests
{
    public static TheoryData<int[], int, int> Cases => new()
    {
        { [2, 16, 3, 5], 2, 2 },
        { [1, 3, 4, 1], 3, 2 },
        { [2, 40, 5, 2], 1, 4 },
        { [1, 17, 1, 3], 5, 1 },
    };

    [Theory, MemberData(nameof(Cases))]
    public void Upsampling_kernel_agrees_with_the_reference(int[] shape, int factorY, int factorX)
    {
        var given = new Sample();
        Tensor x = given.Input(shape), y = new(new Upsample2D(factorY, factorX), x);
        Assert.Equal(new Shape(shape[0], shape[1], shape[2] * factorY, shape[3] * factorX), y.Shape);
        Compare.WithReference(given, y, new Tensor(new Upsample2DGradient(factorY, factorX), given.Input([.. y.Shape])));
    }

    [Fact]
    public void A_pixel_becomes_a_cell_of_its_own_value()
    {
        var given = new Sample();
        Tensor x = given.InputOf([1, 2, 3, 4, 5, 6], 1, 1, 2, 3);
        Assert.Equal([1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6], Compare.Run(given, [x.Upsample(2)])[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_mask_of_a_ReLU_before_is_part_of_the_gradient(bool upsamples)
    {
        var given = new Sample();
        Tensor x = given.Input(2, 5, 4, 6), a = x.Relu(), y = upsamples ? a.Upsample(2) : a.AveragePool(new Window(2, 2, 2, 2));
        Tensor gradient = Gradients.Of((y * y * y).Sum(), [x])[0];
        Compare.WithReference(given, gradient);
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(gradient);
        Assert.DoesNotContain(plan.Kernels, kernel => kernel.Name.Contains("ReluGradient", StringComparison.Ordinal) && !kernel.Name.StartsWith("Cell", StringComparison.Ordinal));
    }

    [Fact]
    public void Upsampling_refuses_what_is_no_image_and_no_factor()
    {
        var given = new Sample();
        Assert.Equal("Upsample2D needs an input [N, C, H, W]; got [2, 3].", Assert.Throws<ArgumentException>(() => given.Input(2, 3).Upsample(2)).Message);
        Assert.Equal("Upsample2D needs factors of at least 1; got 0 x 0 (height x width).", Assert.Throws<ArgumentException>(() => given.Input(1, 2, 3, 4).Upsample(0)).Message);
    }
}
