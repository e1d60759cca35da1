using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

/// <summary>Constants in the graph, and integers that are worked out at import.</summary>
public sealed class ConstantTests : ModelFiles
{
    private static readonly Shape X = new(2, 3, 4, 5);

    private Tensor Plus(byte[] attribute, long opset = 13) => Bind(X, [Node("Constant", "", "k", attribute), Node("Add", "x k", "y")], opset: opset)["y"];

    [Fact]
    public void A_constant_may_be_a_tensor_a_number_or_a_list()
    {
        Assert.Equal("k", Plus(TensorAttribute("value", Tensor("", [5], 1, 2, 3, 4, 5))).Inputs[1].Name);
        Assert.Equal(new Linear(1, 2.5f), Plus(Attribute("value_float", 2.5f)).Operator);
        Assert.Equal(new Shape(5), Plus(Attribute("value_floats", (float[])[1, 2, 3, 4, 5])).Inputs[1].Shape);
        Assert.Equal(new Shape(24, 5), Bind(X, [Node("Constant", "", "k", Attribute("value_ints", (long[])[-1, 5])), Node("Reshape", "x k", "y")])["y"].Shape);
        Assert.Equal(new Shape(3, 4, 5), Bind(X, [Node("Constant", "", "k", Attribute("value_int", 1)), Node("Gather", "x k", "y")])["y"].Shape);
    }

    [Fact]
    public void A_wrong_constant_is_refused()
    {
        Assert.Contains("Constant 'k_node' has 0 values, where one is expected", Assert.Throws<ModelFormatException>(() => Bind(X, [Node("Constant", "", "k"), Node("Add", "x k", "y")])["y"]).Message, StringComparison.Ordinal);
        Assert.Contains("needs 'k', which holds text", Assert.Throws<ModelFormatException>(() => Plus(Attribute("value_string", "cat"))).Message, StringComparison.Ordinal);
        Assert.Contains("has 0 values", Assert.Throws<ModelFormatException>(() => Plus(Attribute("value_float", 1f), opset: 11)).Message, StringComparison.Ordinal);
        Assert.Contains("weight 'k' [2] holds NaN at index 1", Assert.Throws<ModelFormatException>(() => Plus(TensorAttribute("value", Tensor("", [2], 1, float.NaN)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConstantOfShape_repeats_one_element()
    {
        ImportedGraph graph = Bind(X, [Node("ConstantOfShape", "n", "k", TensorAttribute("value", Tensor("", [1], 7))), Node("ConstantOfShape", "n", "zero")], [Integers("n", 2, 3)]);
        Assert.Equal([7, 7, 7, 7, 7, 7], Assert.IsType<Constant>(graph["k"].Operator).Values.ToArray());
        Assert.Equal([0, 0, 0, 0, 0, 0], Assert.IsType<Constant>(graph["zero"].Operator).Values.ToArray());
    }

    [Fact]
    public void A_few_bytes_cannot_ask_for_gigabytes()
    {
        var failure = Assert.Throws<ModelFormatException>(() => Bind(X, [Node("ConstantOfShape", "n", "k")], [Integers("n", 46340, 46340)])["k"]);
        Assert.Contains("makes a constant [46340, 46340], where all such nodes together may make 268435456 elements", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Integers_that_double_at_every_node_are_stopped()
    {
        byte[][] nodes = [.. Enumerable.Range(0, 40).Select(i => Node("Concat", i == 0 ? "n n" : $"v{i - 1} v{i - 1}", $"v{i}", Attribute("axis", 0)))];
        var failure = Assert.Throws<ModelFormatException>(() => Bind(X, [.. nodes, Node("Reshape", "x v39", "y")], [Integers("n", 1)])["y"]);
        Assert.Contains("Concat 'v16_node' makes integers [131072] known at import, where at most 65536 are supported", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_usual_flattening_by_shape_is_worked_out_at_import()
    {
        // PyTorch's x.view(x.size(0), -1): Shape, Gather, Unsqueeze, Concat, Reshape.
        ImportedGraph graph = Bind(X,
        [
            Node("Shape", "x", "s"), Node("Gather", "s zero", "n", Attribute("axis", 0)), Node("Unsqueeze", "n first", "n1"),
            Node("Concat", "n1 rest", "to", Attribute("axis", 0)), Node("Reshape", "x to", "y"),
        ], [Integer("zero", 0), Integers("first", 0), Integers("rest", -1)]);
        Assert.Equal(new Shape(2, 60), graph["y"].Shape);
    }

    [Fact]
    public void Integers_are_cut_cast_and_calculated()
    {
        // [2, 3, 4, 5] → [4, 5] · 2 / 4 - 1 + [0, 1] = [1, 2], as the target of Reshape [1, 2] of two numbers.
        ImportedGraph graph = Bind(new Shape(2, 1, 4, 5),
        [
            Node("Shape", "x", "s"), Node("Slice", "s from to", "hw"), Node("Cast", "hw", "hw32", Attribute("to", 6)), Node("Mul", "hw32 two", "a"), Node("Div", "a four", "b"),
            Node("Sub", "b one", "c"), Node("Add", "c step", "d"), Node("Slice", "x zero2 d hwAxes", "cut"),
        ], [Integers("from", 2), Integers("to", 4), Integer("two", 2), Integer("four", 4), Integer("one", 1), Integers("step", 0, 1), Integers("zero2", 0, 0), Integers("hwAxes", 2, 3)]);
        Assert.Equal(new Shape(2, 1, 1, 2), graph["cut"].Shape);
    }

    [Fact]
    public void Backward_steps_through_integers_work()
    {
        ImportedGraph graph = Bind(X, [Node("Shape", "x", "s"), Node("Slice", "s last beyond axis back", "r"), Node("Reshape", "x r", "y")],
            [Integers("last", -1), Integers("beyond", long.MinValue), Integers("axis", 0), Integers("back", -1)]);
        Assert.Equal(new Shape(5, 4, 3, 2), graph["y"].Shape);
    }

    [Fact]
    public void Integer_division_by_zero_is_refused()
    {
        var failure = Assert.Throws<ModelFormatException>(() => Bind(X, [Node("Div", "a b", "c"), Node("Reshape", "x c", "y")], [Integers("a", 1), Integers("b", 0)])["y"]);
        Assert.Contains("Div 'c_node' divides integer 0 by zero", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_computed_shape_is_not_supported()
    {
        var failure = Assert.Throws<ModelFormatException>(() => Bind(X, [Node("Reshape", "x x", "y")])["y"]);
        Assert.Contains("takes 'x' as input 1, which is computed; only integers known at import", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Shape_may_start_and_end_inside_from_15_on()
    {
        ImportedGraph graph = Bind(X, [Node("Shape", "x", "s", Attribute("start", -2), Attribute("end", 9)), Node("ConstantOfShape", "s", "k")], opset: 15);
        Assert.Equal(new Shape(4, 5), graph["k"].Shape);
    }

    [Fact]
    public void Casts_between_real_types_change_nothing()
    {
        Assert.Equal("x", Apply("Cast", X, Attribute("to", 10)).Name);
        Assert.Contains("names the data type 99, which does not exist", Refused("Cast", X, 13, [], Attribute("to", 99)).Message, StringComparison.Ordinal);
        ImportedGraph graph = Bind(X, [Node("Cast", "n", "f", Attribute("to", 1)), Node("Mul", "x f", "y")], [Integer("n", 3)]);
        Assert.Equal(new Linear(3, 0), graph["y"].Operator);
    }

    [Fact]
    public void A_cast_of_a_computed_value_rounds_towards_zero_or_tells_whether_it_is_zero()
    {
        Assert.Equal(new Multiply(), Apply("Cast", X, Attribute("to", 7)).Operator);
        Assert.Equal(new Floor(), Apply("Cast", X, Attribute("to", 7)).Inputs[1].Operator);
        Assert.Equal(new Equal(), Apply("Cast", X, Attribute("to", 9)).Inputs[0].Operator);
        Assert.Contains("casts Float32 to Text; only casts between numbers", Refused("Cast", X, 13, [], Attribute("to", 8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_shape_may_be_worked_out_by_any_operators_on_constants()
    {
        // min(max(2, 4)·max(3, 4)·4·5, 120)
        ImportedGraph graph = Bind(X, [Node("Shape", "x", "s"), Node("Max", "s four", "m"), Node("ReduceProd", "m", "p", Attribute("keepdims", 1)), Node("Min", "p n", "p2"), Node("Reshape", "x p2", "y")], [Integers("four", 4), Integers("n", 120)]);
        Assert.Equal(new Shape(120), graph["y"].Shape);
    }

    [Fact]
    public void Identity_works_on_weights()
    {
        ImportedGraph graph = Bind(X, [Node("Identity", "w", "v"), Node("Conv", "x v", "y")], [Filled("w", [6, 3, 1, 1])]);
        Assert.Equal("w", graph["y"].Inputs[1].Name);
    }

    [Fact]
    public void A_reshaped_weight_stays_a_constant()
    {
        ImportedGraph graph = Bind(X, [Node("Unsqueeze", "w axes", "v"), Node("Mul", "x v", "y")], [Filled("w", [3]), Integers("axes", 1, 2)]);
        Assert.IsType<Constant>(graph["y"].Inputs[1].Operator);
        Assert.Equal(new Shape(3, 1, 1), graph["v"].Shape);
        Assert.Equal("v", graph["v"].Name);
    }
}
