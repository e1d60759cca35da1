using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>SiLU, hard swish and GELU: recognized, computed by the convolution before, and differentiated by the slope that it leaves.</summary>
public sealed class SmoothActivationTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Functions = new()
    {
        ["silu"] = x => x * x.Sigmoid(),
        ["silu, gate first"] = x => x.Sigmoid() * x,
        ["hard swish"] = x => x * ((1 / 6f) * x + 0.5f).Clip(0, 1),
        ["hard swish, as some files have it"] = x => x * ((x + 3).Clip(0, 6) / 6),
        ["gelu"] = x => x.Gelu(),
    };

    private static readonly Window One = new(1, 1), Three = new(3, 3, 1, 1, 1, 1, 1, 1);

    public static TheoryData<string> Names => [.. Functions.Keys];

    public static TheoryData<string, int> NamesAndConvolutions
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string name in Functions.Keys)
                for (int convolution = 0; convolution < 4; convolution++) data.Add(name, convolution);
            return data;
        }
    }

    // Pointwise, depthwise, direct and Winograd's.
    private static Tensor Convolution(Sample given, Tensor x, int kind) => kind switch
    {
        0 => x.Conv2D(given.Constant(50, 34, 1, 1), given.Constant(50), One),
        1 => x.Conv2D(given.Constant(34, 1, 5, 5), given.Constant(34), new Window(5, 5, 2, 1, 2, 2, 2, 2), 34),
        2 => x.Conv2D(given.Constant(20, 34, 3, 3), given.Constant(20), new Window(3, 3, 2, 2, 1, 1, 1, 1)),
        _ => x.Conv2D(given.Constant(32, 34, 3, 3), given.Constant(32), Three),
    };

    private static IReadOnlyList<Kernel> Kernels(params Tensor[] outputs)
    {
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(outputs);
        return plan.Executed;
    }

    [Theory, MemberData(nameof(NamesAndConvolutions))]
    public void Value_and_gradient_after_a_convolution_agree_with_the_reference(string name, int convolution)
    {
        var given = new Sample(seed: 6);
        Tensor image = given.Input([2, 34, 13, 18], -0.08, 0.08), x = image.Conv2D(given.Constant(34, 34, 1, 1), null, One).Relu();
        Tensor hidden = Functions[name](Convolution(given, x, convolution)), y = hidden.Conv2D(given.Constant(17, hidden.Shape.Channels, 1, 1), null, One);
        Compare.WithReference(given, y, hidden, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [image])[0]);
    }

    /// <summary>So large that slopes go past the caches.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Slopes_that_go_past_the_caches_are_there_when_they_are_read(int convolution)
    {
        var given = new Sample(seed: 6);
        Tensor image = given.Input([1, 34, 183, 181], -0.08, 0.08), hidden = Functions["silu"](Convolution(given, image, convolution)), y = hidden.Conv2D(given.Constant(3, hidden.Shape.Channels, 1, 1), null, One);
        Compare.WithReference(given, y, Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [image])[0]);
    }

    [Theory, MemberData(nameof(NamesAndConvolutions))]
    public void Convolution_and_activation_are_one_and_the_way_back_computes_nothing_anew(string name, int convolution)
    {
        var given = new Sample();
        Tensor image = given.Input(1, 34, 13, 18), hidden = Functions[name](Convolution(given, image, convolution));
        if (name == "hard swish, as some files have it") return;     // is another graph, and right by the test above
        Tensor y = hidden.Conv2D(given.Constant(17, hidden.Shape.Channels, 1, 1), null, One), gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [image])[0];
        IReadOnlyList<Kernel> kernels = Kernels(y, gradient);
        string[] passes = [.. kernels.Select(kernel => kernel.GetType().Name).Where(kernel => kernel.StartsWith("Elementwise", StringComparison.Ordinal) || kernel.StartsWith("Pairwise", StringComparison.Ordinal))];
        Assert.Equal(["PairwiseKernel`1"], passes);                  // the random factor of this test
        Assert.Equal(convolution >= 2 ? 1 : 0, kernels.Count(kernel => kernel is ActivationKernel));
    }

    [Theory, MemberData(nameof(Names))]
    public void By_itself_it_agrees_with_the_reference(string name)
    {
        var given = new Sample();
        Tensor x = given.Input([2, 17, 5, 7], -5, 5), scalar = given.Input(), y = Functions[name](x);
        Compare.WithReference(given, y, Functions[name](scalar), Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [x])[0]);
    }

    [Fact]
    public void A_convolution_that_something_else_reads_is_kept()
    {
        var given = new Sample();
        Tensor image = given.Input(1, 20, 6, 9), x = image.Conv2D(given.Constant(40, 20, 1, 1), null, One), y = x * x.Sigmoid();
        Tensor weighted = (y * given.Input([.. y.Shape])).Sum();
        Compare.WithReference(given, y, x, Gradients.Of(weighted, [image])[0]);
        Compare.WithReference(given, y + x, Gradients.Of(weighted + x.Mean(), [image])[0]);
        Compare.WithReference(given, y, x.Sigmoid(), (x * x.Sigmoid()).Relu(), Gradients.Of(weighted, [x])[0]);
    }

    [Fact]
    public void A_relu_after_it_is_not_lost()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 20, 6, 9).Conv2D(given.Constant(40, 20, 1, 1), null, One);
        Compare.WithReference(given, (x * x.Sigmoid()).Relu());
    }

    [Fact]
    public void A_sum_of_other_products_is_no_gradient_of_it()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 17, 5, 7), other = given.Input(2, 17, 5, 7), dy = given.Input(2, 17, 5, 7), sigmoid = x.Sigmoid();
        Compare.WithReference(given, dy * sigmoid + new Tensor(new SigmoidGradient(), sigmoid, other * x), dy * other + new Tensor(new SigmoidGradient(), sigmoid, dy * x),
            dy * sigmoid + new Tensor(new SigmoidGradient(), other.Sigmoid(), dy * x));
    }

    [Fact]
    public void Gelu_has_seven_digits_from_end_to_end()
    {
        var given = new Sample();
        // The reference's series for erf loses digits beyond 4.
        Tensor x = given.Input([4099], -4, 4), dy = given.InputOf([.. Enumerable.Repeat(1f, 4099)], 4099);
        Compare.WithReference(given, 6e-7, x.Gelu(), new Tensor(new GeluGradient(), x, dy));
        Tensor far = given.InputOf([-1e9f, -40, -12, 12, 40, 1e9f, 0, float.NaN], 8);
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>()) Assert.Equal([0, 0, 0, 12, 40, 1e9f, 0, float.NaN], Compare.Run(given, [far.Gelu()], set)[0].Select(y => MathF.Abs(y) < 1e-20f ? 0 : y));
    }
}
