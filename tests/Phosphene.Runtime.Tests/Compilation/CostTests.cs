using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

public sealed class CostTests
{
    private readonly Sample _given = new();

    // x [2, 6, 5, 7], 3 groups, 3 x 2 kernel, stride 2 x 1: y [2, 9, 2, 6], and 2 · 3 · 2 = 12 multiply-adds for each of its 216 elements.
    private static readonly Window Window = new(3, 2, 2, 1);
    private const double Convolution = 2 * 12 * 216;

    private Tensor X => _given.Input(2, 6, 5, 7);

    private Tensor Weight => _given.Constant(9, 2, 3, 2);

    [Fact]
    public void Convolution_costs_two_operations_for_each_tap_of_each_output() => Assert.Equal(Convolution, Cost.Of(X.Conv2D(Weight, null, Window, 3)));

    [Fact]
    public void Both_gradients_of_a_convolution_cost_what_the_convolution_costs()
    {
        Tensor dy = _given.Input(2, 9, 2, 6);
        Assert.Equal(Convolution, Cost.Of(new Tensor(new Conv2DInputGradient(Window, 3, X.Shape), dy, Weight)));
        Assert.Equal(Convolution, Cost.Of(new Tensor(new Conv2DWeightGradient(Window, 3, Weight.Shape), X, dy)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Matrix_product_costs_two_operations_for_each_term_of_each_element(bool transpose)
    {
        Tensor a = transpose ? _given.Input(4, 5, 3) : _given.Input(4, 3, 5);
        Assert.Equal(2.0 * 5 * (4 * 3 * 7), Cost.Of(a.MatMul(_given.Constant(5, 7), transpose)));
    }

    [Fact]
    public void Other_operators_count_as_nothing() => Assert.Equal(0, Cost.Of(X.Relu() + X.MaxPool(Window).Sum()));

    [Fact]
    public void Plan_costs_what_its_graph_states_and_each_kernel_its_share()
    {
        Tensor x = _given.Input(1, 20, 9, 11), weight = _given.Constant(20, 20, 3, 3), last = _given.Constant(7, 20, 1, 1);
        var same = new Window(3, 3, 1, 1, 1, 1, 1, 1);
        Tensor y = x.Conv2D(weight, null, same).Relu().Conv2D(weight, null, same).Relu().Conv2D(last, null, new Window(1, 1));
        Tensor gradient = Gradients.Of(y.Channel(3).Square().Sum(), [x])[0];
        double forward = Cost.Of(Tensor.InOrder([y])), expected = 2.0 * 99 * (2 * 20 * 20 * 9 + 20 * 7);
        Assert.Equal(expected, forward);

        using var backend = new Backend(1);
        using Plan plan = backend.Compile(y, gradient);
        Assert.Equal(2 * forward, plan.Operations);
        Assert.Equal(plan.Operations, plan.Kernels.Sum(kernel => kernel.Operations));
        Assert.Equal(6, plan.Kernels.Count(kernel => kernel.Operations > 0));
    }
}
