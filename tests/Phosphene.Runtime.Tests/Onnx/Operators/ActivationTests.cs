using Phosphene.Runtime.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

public sealed class ActivationTests : ModelFiles
{
    private static readonly Shape X = new(2, 3, 4, 5);

    public static TheoryData<string, byte[][], Operator> Simple => new()
    {
        { "Relu", [], new Relu() },
        { "LeakyRelu", [], new LeakyRelu(0.01f) },
        { "LeakyRelu", [Attribute("alpha", 0.3f)], new LeakyRelu(0.3f) },
        { "Sigmoid", [], new Sigmoid() },
        { "Tanh", [], new Tanh() },
        { "Exp", [], new Exponential() },
        { "Log", [], new Logarithm() },
        { "Sqrt", [], new SquareRoot() },
        { "Abs", [], new Absolute() },
        { "Neg", [], new Linear(-1, 0) },
        { "Sign", [], new Sign() },
        { "Sin", [], new Sine() },
        { "Cos", [], new Cosine() },
        { "Reciprocal", [], new Divide() },
        { "HardSigmoid", [], new Clip(0, 1) },
        { "Softmax", [], new Softmax(3) },
        { "Softmax", [Attribute("axis", 1)], new Softmax(1) },
        { "LogSoftmax", [Attribute("axis", -3)], new LogSoftmax(1) },
    };

    [Theory]
    [MemberData(nameof(Simple))]
    public void A_function_of_one_number_becomes_its_operator(string name, byte[][] attributes, Operator expected)
    {
        Tensor y = Apply(name, X, attributes);
        Assert.Equal(expected, y.Operator);
        Assert.Equal(X, y.Shape);
        Assert.Equal("y", y.Name);
    }

    [Fact]
    public void HardSigmoid_scales_and_shifts_before_it_clips() =>
        Assert.Equal(new Linear(1, 0.5f), Apply("HardSigmoid", X, Attribute("alpha", 0.25f)).Inputs[0].Operator);

    [Fact]
    public void HardSwish_is_x_times_a_hard_sigmoid()
    {
        Tensor y = Apply("HardSwish", X, 14, []);
        Assert.Equal(new Multiply(), y.Operator);
        Assert.Equal("x", y.Inputs[0].Name);
        Assert.Equal(new Clip(0, 1), y.Inputs[1].Operator);
    }

    [Fact]
    public void Clip_has_attributes_until_10_and_inputs_from_11()
    {
        Assert.Equal(new Clip(-1, 6), Apply("Clip", X, 10, [], Attribute("min", -1f), Attribute("max", 6f)).Operator);
        Assert.Equal(new Clip(-1, 6), Apply("Clip", X, 11, [Tensor("", [], -1), Tensor("", [], 6)]).Operator);
        Assert.Equal(new Clip(float.NegativeInfinity, 6), Apply("Clip", X, 12, [[], Tensor("", [], 6)]).Operator);
        Assert.Equal(new Clip(0, float.PositiveInfinity), Apply("Clip", X, 13, [Tensor("", [], 0)]).Operator);
        Assert.Contains("has the attribute 'min', which Clip of operator set 11 does not have", Refused("Clip", X, 11, [], Attribute("min", 0f)).Message, StringComparison.Ordinal);
        Assert.Contains("has an input 1, which operator set 10 has as the attribute min", Refused("Clip", X, 10, [Tensor("", [], 0)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clip_needs_one_number_as_a_bound()
    {
        Assert.Contains("has the bound [2] as input 1, where one number is expected", Refused("Clip", X, 13, [Tensor("", [2], 0, 1)]).Message, StringComparison.Ordinal);
        Assert.Contains("takes 'c0' as input 1, which is not a number (NaN)", Refused("Clip", X, 13, [Tensor("", [], float.NaN)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pow_takes_one_exponent_or_many_real_or_integer()
    {
        Assert.Equal(new Power(0.5f), Apply("Pow", X, 13, [Tensor("", [], 0.5f)]).Operator);
        Assert.Equal(new Power(2), Apply("Pow", X, 13, [Integer("", 2)]).Operator);
        Assert.Equal(new Pow(), Apply("Pow", X, 13, [Tensor("", [5], 1, 2, 0.5f, -1, -2)]).Operator);
        Assert.Contains("holds Infinity at index 0", Refused("Pow", X, 13, [Tensor("", [], float.PositiveInfinity)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Softmax_until_12_counts_all_axes_from_the_given_one_on_as_one()
    {
        Tensor y = Apply("Softmax", X, 12, []);
        Assert.Equal(new Reshape(X), y.Operator);
        Assert.Equal(new Softmax(1), y.Inputs[0].Operator);
        Assert.Equal(new Shape(2, 60), y.Inputs[0].Shape);
    }

    [Fact]
    public void Softmax_until_12_is_simple_where_the_axis_is_the_last_that_counts()
    {
        Assert.Equal(new Softmax(1), Apply("Softmax", new Shape(2, 9), 12, []).Operator);
        Assert.Equal(new Softmax(1), Apply("Softmax", new Shape(2, 9, 1, 1), 12, []).Operator);
    }

    [Fact]
    public void Softmax_along_an_axis_that_does_not_exist_is_refused() =>
        Assert.Contains("works on axis 4, which a tensor of rank 4 does not have", Refused("Softmax", X, 13, [], Attribute("axis", 4)).Message, StringComparison.Ordinal);

    [Fact]
    public void Dropout_is_the_identity_at_inference()
    {
        Assert.Equal("x", Apply("Dropout", X, 7, [], Attribute("ratio", 0.5f)).Name);
        Assert.Equal("x", Apply("Dropout", X, 13, [Tensor("", [], 0.5f), Raw("", 9, [], [0])], Attribute("seed", 3)).Name);
        Assert.Contains("'ratio', which Dropout of operator set 12", Refused("Dropout", X, 12, [], Attribute("ratio", 0.5f)).Message, StringComparison.Ordinal);
        Assert.Contains("is in training mode", Refused("Dropout", X, 13, [Tensor("", [], 0.5f), Raw("", 9, [], [1])]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_mask_of_Dropout_keeps_all()
    {
        var graph = Bind(X, [Node("Dropout", "x", "y mask")]);
        Assert.Equal("x", graph["y"].Name);
        Assert.Equal(new BroadcastTo(X), graph["mask"].Operator);
    }
}
