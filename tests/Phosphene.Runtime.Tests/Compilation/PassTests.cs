using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>The rewrites before lowering: that they happen, and that values stay the same.</summary>
public sealed class PassTests
{
    private static readonly Window Window = new(3, 2, 1, 2, 1, 0, 1, 1);

    private static Tensor Convolution(Sample given, int outputs = 24, bool bias = true) =>
        given.Input(2, 17, 5, 8).Conv2D(given.Constant(outputs, 17, 3, 2), bias ? given.Constant(outputs) : null, Window);

    private static int Kernels<T>(params Tensor[] outputs)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(outputs);
        return plan.Executed.Count(kernel => typeof(T).IsAssignableFrom(kernel.GetType()));
    }

    [Fact]
    public void Relu_becomes_part_of_the_convolution()
    {
        var given = new Sample();
        Tensor y = Convolution(given).Relu();
        Assert.Equal(0, Kernels<ElementwiseKernel<ReluFunction>>(y));
        Compare.WithReference(given, y);
    }

    [Fact]
    public void Convolution_that_something_else_reads_keeps_its_own_value()
    {
        var given = new Sample();
        Tensor before = Convolution(given), after = before.Relu();
        Assert.Equal(1, Kernels<ElementwiseKernel<ReluFunction>>(before, after));
        Compare.WithReference(given, before, after);
        Compare.WithReference(given, after + before);
        Compare.WithReference(given, after, before.Sigmoid(), before.Relu());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_residual_and_a_relu_that_ends_become_part_of_the_convolution(int order)
    {
        var given = new Sample();
        Tensor beside = given.Input(2, 24, 5, 4), convolution = Convolution(given);
        Tensor other = given.Input(2, 40, 5, 4).Conv2D(given.Constant(24, 40, 1, 1), null, new Window(1, 1));
        Tensor y = (order switch { 0 => convolution + beside, 1 => beside + convolution, _ => convolution + other }).Clip(0, 0.75f);
        Assert.Equal(0, Kernels<PairwiseKernel<AddFunction>>(y) + Kernels<ElementwiseKernel<ClipFunction>>(y));
        Compare.WithReference(given, y);
    }

    [Fact]
    public void A_residual_of_the_convolution_itself_is_added_apart()
    {
        var given = new Sample();
        Tensor y = Convolution(given);
        Compare.WithReference(given, y + y, y + y.Sigmoid());
    }

    [Theory]
    [InlineData(-0.5f, 0.5f)]
    [InlineData(0.25f, 0.5f)]
    [InlineData(0, float.PositiveInfinity)]
    [InlineData(0, 0)]
    public void A_clip_that_is_no_relu_agrees_with_the_reference(float low, float high)
    {
        var given = new Sample();
        Tensor x = given.Input(2, 17, 5, 8), y = x.Conv2D(given.Constant(24, 17, 1, 1), null, new Window(1, 1)).Clip(low, high);
        Tensor z = y.Conv2D(given.Constant(17, 24, 1, 1), null, new Window(1, 1));
        Compare.WithReference(given, y, Gradients.Of((z * given.Input([.. z.Shape])).Sum(), [x])[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Batch_normalization_becomes_part_of_the_convolution(bool bias)
    {
        var given = new Sample();
        Tensor y = (Convolution(given, bias: bias) * given.Constant(24, 1, 1) + given.Constant(1, 24, 1, 1)).Relu();
        Assert.Equal(0, Kernels<PairwiseKernel<MultiplyFunction>>(y) + Kernels<PairwiseKernel<AddFunction>>(y) + Kernels<ElementwiseKernel<ReluFunction>>(y));
        Compare.WithReference(given, y);
    }

    [Fact]
    public void Offset_before_scale_is_not_scale_before_offset()
    {
        var given = new Sample();
        Compare.WithReference(given, (Convolution(given) + given.Constant(24, 1, 1)) * given.Constant(24, 1, 1));
    }

    [Fact]
    public void Scale_of_a_convolution_that_something_else_reads_stays_apart()
    {
        var given = new Sample();
        Tensor y = Convolution(given), scaled = y * given.Constant(24, 1, 1);
        Compare.WithReference(given, y, scaled, scaled + y);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(24, 6, 4)]
    [InlineData(2, 24, 6, 4)]
    [InlineData(24, 6, 1)]
    [InlineData(6, 4)]
    [InlineData(4)]
    public void Scale_that_is_not_one_number_per_channel_agrees_with_the_reference(params int[] scale)
    {
        var given = new Sample();
        Tensor y = given.Input(2, 17, 6, 4).Conv2D(given.Constant(24, 17, 1, 1), null, new Window(1, 1));
        Compare.WithReference(given, y * given.Constant(scale) + given.Constant(scale));
    }

    [Fact]
    public void Scale_that_repeats_a_single_channel_is_not_folded()
    {
        var given = new Sample();
        Compare.WithReference(given, Convolution(given, outputs: 1) * given.Constant(5, 1, 1), Convolution(given, outputs: 1) + given.Constant(1, 5, 1, 1));
    }

    [Fact]
    public void What_depends_on_constants_alone_is_computed_once()
    {
        var given = new Sample();
        Tensor weight = (given.Constant(24, 17, 3, 2) * 0.5f + 1).Sin(), x = given.Input(2, 17, 5, 8);
        Tensor y = x.Conv2D(weight, given.Constant(2, 24).SumOver(0).Reshape(new Shape(24)), Window);
        Assert.Equal(0, Kernels<ElementwiseKernel<SineFunction>>(y) + Kernels<Reduction>(y));
        Compare.WithReference(given, y, weight);
    }

    [Fact]
    public void Constants_may_be_all_there_is()
    {
        var given = new Sample();
        Tensor a = given.Constant(3, 5), b = given.Constant(5, 2);
        Compare.WithReference(given, a, a.MatMul(b), a.MatMul(b).Sigmoid().Sum());
    }

    [Fact]
    public void Graph_deeper_than_any_stack_compiles()
    {
        var given = new Sample();
        Tensor x = given.Input(3), y = x;
        for (int i = 0; i < 20_000; i++) y = y.Abs();
        Assert.Equal(given.Values[x].Select(MathF.Abs), Compare.Run(given, [y], threads: 1)[0]);
    }
}
