using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Graphs;

public sealed class GradientTests
{
    /// <summary>An operator that the table does not know.</summary>
    private sealed record Unknown : Elementwise;

    [Fact]
    public void Gradients_of_all_uses_of_a_tensor_are_added()
    {
        var given = new Sample();
        Tensor x = given.Input(3, 5), row = given.Input(5), s = x * x;
        GradientRuleTests.CompareWithDifferences(given, (s * x.Sin() + s.Transpose(1, 0).MatMul(x).SumTo(new Shape(5)) - row * x / (row * row + 1)).Sum());
    }

    [Fact]
    public void Gradient_flows_through_a_model()
    {
        var given = new Sample();
        Tensor x = given.Apart(1, 2, 7, 6);
        Tensor a = x.Conv2D(given.Input(5, 2, 3, 3), given.Input(5), new Window(3, 3, 1, 1, 1, 1, 1, 1)).LeakyRelu(0.1f);
        Tensor b = new Tensor(new Lrn(3, 1, 0.75f, 1), a.AveragePool(new Window(2, 2, 2, 2)));
        Tensor logits = Tensor.Concat(1, b, b.Sigmoid()).MeanOver(2, 3).Reshape(new Shape(1, 10)).MatMul(given.Input(10, 4));
        GradientRuleTests.CompareWithDifferences(given, logits.LogSoftmax(1).Slice(1, 2, 1).Sum() + 0.5f * a.Square().Mean());
    }

    [Fact]
    public void Gradient_in_an_intermediate_value_counts_what_comes_after_it()
    {
        var given = new Sample();
        Tensor x = given.InputOf([1, 2, 3], 3), y = x * x, z = (y * y).Sum();
        Tensor[] gradients = Gradients.Of(z, [x, y, z]);
        float[][] values = Compare.Run(given, gradients);
        Assert.Equal([4, 32, 108], values[0]);                       // d x⁴ = 4x³
        Assert.Equal([2, 8, 18], values[1]);                         // d y² = 2y, y = x²
        Assert.Equal([1], values[2]);
    }

    [Fact]
    public void Nothing_flows_through_a_stopped_gradient()
    {
        var given = new Sample();
        Tensor x = given.InputOf([2, 3], 2);
        Tensor gradient = Gradients.Of((x * x.StopGradient()).Sum() + x.Square().StopGradient().Sum(), [x])[0];
        Assert.Equal([2, 3], Compare.Run(given, [gradient])[0]);
    }

    [Fact]
    public void Gradient_in_what_the_scalar_does_not_depend_on_is_zero()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3), other = given.Input(4, 1, 5), y = other.Sin();
        Tensor[] gradients = Gradients.Of(x.Square().Sum(), [other, x, y]);
        Assert.Equal([new Shape(4, 1, 5), new Shape(2, 3), new Shape(4, 1, 5)], gradients.Select(gradient => gradient.Shape));
        float[][] values = Compare.Run(given, gradients);
        Assert.Equal(new float[20], values[0]);
        Assert.Equal(new float[20], values[2]);
        Assert.Equal(given.Values[x].Select(v => 2 * v), values[1]);
    }

    // The part of each head that rotary embeddings leave as it is may be empty.
    [Fact]
    public void Nothing_flows_through_parts_of_no_elements()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3, 5), none = x.Pick(2, []);
        Tensor joined = Tensor.Concat(2, none, x.Sin(), none.Exp()), between = Tensor.Concat(2, x, none, x.Square());
        Tensor weighed = (joined * given.Constant(2, 3, 5)).Sum() + (between * given.Constant(2, 3, 10)).Sum() + none.Square().SumOver(2).Sum();
        Assert.Equal(new Shape(2, 3, 0), none.Shape);
        GradientRuleTests.CompareWithDifferences(given, weighed);
        Assert.Equal(new float[30], Compare.Run(given, [Gradients.Of(none.Sum() + none.MaxOver(0, 2).Relu().Square().SumOver(1).Sum(), [x])[0]])[0]);
    }

    [Fact]
    public void Rules_may_be_replaced_by_operator()
    {
        var given = new Sample();
        Tensor x = given.InputOf([-2, 3, -4], 3), weights = Tensor.Constant(new Shape(3), 5, -6, 7);
        Tensor y = (x.Relu() * weights).Sum();
        // Guided backpropagation: where both the value and the gradient are positive. Here a leak of one tenth, and everything else as ever.
        var exceptions = new Dictionary<Type, Gradients.Rule> { [typeof(Relu)] = (relu, dy) => [dy * 0.1f] };
        float[][] values = Compare.Run(given, [Gradients.Of(y, [x], exceptions)[0], Gradients.Of(y, [x])[0]]);
        Compare.Close([0.5, -0.6, 0.7], values[0], "replaced rule");
        Assert.Equal([0, -6, 0], values[1]);
    }

    [Fact]
    public void Replaced_rule_may_serve_an_operator_that_the_table_does_not_know()
    {
        var given = new Sample();
        Tensor x = given.Input(3), y = new(new Unknown(), x);
        var exceptions = new Dictionary<Type, Gradients.Rule> { [typeof(Unknown)] = (_, dy) => [dy * 3] };
        Assert.Equal([3, 3, 3], Compare.Run(given, [Gradients.Of(y.Sum(), [x], exceptions)[0]])[0]);
    }

    [Fact]
    public void Operator_without_a_rule_is_named()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3), y = new Tensor(new Unknown(), x) { Name = "mystery" };
        string message = Assert.Throws<NotSupportedException>(() => Gradients.Of(y.Sum(), [x])).Message;
        Assert.Equal("Unknown 'mystery' [2, 3] has no gradient rule, so the objective cannot be differentiated through it.", message);
    }

    [Fact]
    public void Operator_without_a_rule_does_no_harm_where_no_gradient_is_wanted()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3), other = given.Input(2, 3), y = new(new Unknown(), other);
        Assert.NotNull(Gradients.Of((x * y).Sum(), [x]));
        Assert.NotNull(Gradients.Of((x * y).Sum(), [y]));            // what made y is not differentiated
    }

    [Fact]
    public void Only_a_single_number_has_a_gradient()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3);
        Assert.Equal("A gradient is taken of one number; got Sine [2, 3].", Assert.Throws<ArgumentException>(() => Gradients.Of(x.Sin(), [x])).Message);
        Assert.Equal(new Shape(2, 3), Gradients.Of(x.SumOver(), [x])[0].Shape);      // [1, 1] is one number
    }

    [Fact]
    public void Graph_deeper_than_any_stack_can_be_differentiated()
    {
        var given = new Sample();
        Tensor x = given.Input(2), y = x;
        for (int i = 0; i < 100_000; i++) y += 1;
        Assert.Equal(new Shape(2), Gradients.Of(y.Sum(), [x])[0].Shape);
    }
}
