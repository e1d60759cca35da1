using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Graphs;

public sealed class SameGraphTests
{
    private static readonly Tensor Parameter = new(new Parameter(new Shape(2, 3), new float[6], "p"));

    private static Tensor Graph(float factor = 2, string input = "i", Tensor? parameter = null, int axis = 1) =>
        ((parameter ?? Parameter) * factor + new Tensor(new Input(new Shape(2, 3), input))).SumOver(axis) * Tensor.Constant(new Shape(1, 1), factor);

    [Fact]
    public void Graphs_built_twice_alike_are_the_same() => Assert.True(Tensor.AreSame([Graph()], [Graph()]));

    [Fact]
    public void Another_constant_attribute_input_or_parameter_is_another_graph()
    {
        Assert.False(Tensor.AreSame([Graph()], [Graph(factor: 3)]));
        Assert.False(Tensor.AreSame([Graph()], [Graph(axis: 0)]));
        Assert.False(Tensor.AreSame([Graph()], [Graph(input: "j")]));
        Assert.False(Tensor.AreSame([Graph()], [Graph(parameter: new Tensor(new Parameter(new Shape(2, 3), new float[6], "p")))]));
        Assert.False(Tensor.AreSame([Graph()], [Graph(), Graph()]));
    }

    [Fact]
    public void Inputs_in_another_order_are_another_graph()
    {
        Tensor a = new(new Input(new Shape(2), "a")), b = new(new Input(new Shape(2), "b"));
        Assert.True(Tensor.AreSame([a - b], [a - b]));
        Assert.False(Tensor.AreSame([a - b], [b - a]));
        Assert.False(Tensor.AreSame([a * a], [a * b]));
        Assert.False(Tensor.AreSame([a, b], [b, a]));
    }
}
