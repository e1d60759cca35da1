using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

public sealed class ArithmeticTests : ModelFiles
{
    private static readonly Shape X = new(2, 3, 4, 5);

    public static TheoryData<string, Operator> Pairs => new()
    {
        { "Add", new Add() }, { "Sub", new Subtract() }, { "Mul", new Multiply() }, { "Div", new Divide() }, { "Sum", new Add() }, { "Max", new Maximum() }, { "Min", new Minimum() },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Two_tensors_broadcast(string name, Operator expected)
    {
        Tensor y = Apply(name, X, 13, [Filled("", [3, 1, 1])]);
        Assert.Equal(expected, y.Operator);
        Assert.Equal(["x", "c0"], y.Inputs.Select(input => input.Name));
        Assert.Equal(X, y.Shape);
    }

    [Fact]
    public void A_constant_number_becomes_a_scale_or_an_offset()
    {
        Assert.Equal(new Linear(1, 3), Apply("Add", X, 13, [Tensor("", [], 3)]).Operator);
        Assert.Equal(new Linear(1, -3), Apply("Sub", X, 13, [Tensor("", [1, 1], 3)]).Operator);
        Assert.Equal(new Linear(3, 0), Apply("Mul", X, 13, [Tensor("", [1], 3)]).Operator);
        Assert.Equal(new Divide(), Apply("Div", X, 13, [Tensor("", [], 3)]).Operator);

        Tensor from = Bind(X, [Node("Sub", "c x", "y")], [Tensor("c", [], 3)])["y"];
        Assert.Equal(new Linear(-1, 3), from.Operator);
    }

    [Fact]
    public void A_constant_number_of_higher_rank_still_broadcasts() =>
        Assert.Equal(new Shape(1, 1, 7), Apply("Mul", new Shape(7), 13, [Tensor("", [1, 1, 1], 3)]).Shape);

    [Fact]
    public void Sums_and_extremes_take_any_number_of_tensors()
    {
        Assert.Equal("x", Apply("Sum", X).Name);
        Tensor y = Apply("Max", X, 13, [Filled("", [5]), Filled("", [4, 1])]);
        Assert.Equal(new Maximum(), y.Operator);
        Assert.Equal(new Maximum(), y.Inputs[0].Operator);
        Assert.Equal(new Linear(1 / 3f, 0), Apply("Mean", X, 13, [Filled("", [5]), Filled("", [5])]).Operator);
    }

    [Fact]
    public void PRelu_needs_a_slope_that_broadcasts_to_its_input()
    {
        Assert.Equal(X, Apply("PRelu", X, 13, [Filled("", [3, 1, 1])]).Shape);
        Assert.Contains("has a slope [2, 2, 3, 4, 5]", Refused("PRelu", X, 13, [Filled("", [2, 2, 3, 4, 5])]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_and_reals_do_not_mix() =>
        Assert.Contains("takes Float32 and Int64, where both are expected to be of one type", Refused("Add", X, 13, [Integers("", 1)]).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Gemm", 11, new long[] { 7, 4 }, false)]
    [InlineData("Gemm", 13, new long[] { 4, 7 }, true)]
    public void Gemm_multiplies_transposes_and_scales(string name, long opset, long[] weight, bool transposed)
    {
        byte[][] attributes = [Attribute("transB", transposed ? 1 : 0), Attribute("alpha", 2f), Attribute("beta", 0.5f)];
        Tensor y = Apply(name, new Shape(3, 7), opset, [Filled("", weight), Filled("", [4])], attributes);
        Assert.Equal(new Shape(3, 4), y.Shape);
        Assert.Equal(new Add(), y.Operator);
        Assert.Equal(new Linear(2, 0), y.Inputs[0].Operator);
        Assert.Equal(new MatMul(false, transposed), y.Inputs[0].Inputs[0].Operator);
        Assert.Equal(new Linear(0.5f, 0), y.Inputs[1].Operator);
    }

    [Fact]
    public void Gemm_needs_its_third_input_until_10()
    {
        Assert.Equal(new MatMul(true, false), Apply("Gemm", new Shape(7, 3), 11, [Filled("", [7, 4])], Attribute("transA", 1)).Operator);
        Assert.Contains("has no third input, which operator set 10 requires", Refused("Gemm", new Shape(3, 7), 10, [Filled("", [7, 4])]).Message, StringComparison.Ordinal);
        Assert.Contains("adds a third input [5, 1, 4], which does not broadcast to the product [3, 4]", Refused("Gemm", new Shape(3, 7), 11, [Filled("", [7, 4]), Filled("", [5, 1, 4])]).Message, StringComparison.Ordinal);
        Assert.Contains("needs two matrices, its inputs are [2, 3, 4, 5] and [5, 4]", Refused("Gemm", X, 11, [Filled("", [5, 4])]).Message, StringComparison.Ordinal);
        Assert.Contains("MatMul of [3, 7] and [6, 4]: 7 columns against 6 rows", Refused("Gemm", new Shape(3, 7), 11, [Filled("", [6, 4])]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MatMul_broadcasts_and_takes_vectors()
    {
        Assert.Equal(new Shape(2, 3, 4, 6), Apply("MatMul", X, 13, [Filled("", [5, 6])]).Shape);
        Assert.Equal(new Shape(2, 3, 4), Apply("MatMul", X, 13, [Filled("", [5])]).Shape);
        Assert.Equal(new Shape(6), Apply("MatMul", new Shape(5), 13, [Filled("", [5, 6])]).Shape);
        Assert.Equal(Shape.Scalar, Apply("MatMul", new Shape(5), 13, [Filled("", [5])]).Shape);
    }

    [Theory]
    [InlineData(13, true)]
    [InlineData(12, false)]
    public void ReduceSum_has_its_axes_as_an_input_from_13_on(long opset, bool input)
    {
        Tensor y = Apply("ReduceSum", X, opset, input ? [Integers("", 1, -1)] : [], input ? [] : [Attribute("axes", (long[])[1, -1])]);
        Assert.Equal(new Sum([1, 3]), y.Operator);
        Assert.Equal(new Shape(2, 1, 4, 1), y.Shape);
    }

    [Fact]
    public void Reductions_keep_or_drop_their_axes()
    {
        Assert.Equal(new Shape(2, 3), Apply("ReduceMean", X, Attribute("axes", (long[])[2, 3]), Attribute("keepdims", 0)).Shape);
        Assert.Equal(new Shape(2, 3, 1, 1), Apply("ReduceMean", X, Attribute("axes", (long[])[2, 3])).Shape);
        Assert.Equal(new Shape(1, 1, 1, 1), Apply("ReduceMax", X).Shape);
        Assert.Equal(Shape.Scalar, Apply("ReduceSum", X, Attribute("keepdims", 0)).Shape);
        Assert.Equal("x", Apply("ReduceSum", X, Attribute("noop_with_empty_axes", 1)).Name);
        Assert.Contains("lists axis -1 twice", Refused("ReduceMean", X, 13, [], Attribute("axes", (long[])[3, -1])).Message, StringComparison.Ordinal);
    }
}
