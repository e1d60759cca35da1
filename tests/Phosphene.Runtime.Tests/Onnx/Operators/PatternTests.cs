using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;
using GraphTensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

/// <summary>What exporters take apart comes together again, and what only looks like it does not.</summary>
public sealed class PatternTests : ModelFiles
{
    private static readonly Shape X = new(2, 5, 12);

    private Tensor LayerNorm(int axis, string squared) => Bind(X,
    [
        Node("ReduceMean", "x", "m", Attribute("axes", (long[])[axis])), Node("Sub", "x m", "a"), Node("Pow", $"{squared} two", "s"),
        Node("ReduceMean", "s", "v", Attribute("axes", (long[])[axis])), Node("Add", "v e", "w"), Node("Sqrt", "w", "d"), Node("Div", "a d", "y"),
    ], [Tensor("two", [], 2), Tensor("e", [], 1e-5f)])["y"];

    [Fact]
    public void Layer_normalization_in_parts_is_one_operator()
    {
        Tensor y = LayerNorm(-1, "a");
        Assert.Equal(new Standardize(2, 1e-5f), y.Operator);
        Assert.Equal("x", y.Inputs[0].Name);
        Assert.Equal("y", y.Name);
    }

    [Fact]
    public void What_is_not_about_the_mean_or_not_over_the_last_axes_stays_a_division()
    {
        Assert.IsType<Divide>(LayerNorm(1, "a").Operator);
        Assert.IsType<Divide>(LayerNorm(-1, "x").Operator);
    }

    [Theory]
    [InlineData("x", "one", "half")]
    [InlineData("xh", "one", "one")]
    public void Gelu_in_parts_is_one_operator(string factor, string first, string last)
    {
        Tensor y = Bind(X,
        [
            Node("Div", "x root", "d"), Node("Erf", "d", "e"), Node("Add", "e one", "p"), Node("Mul", "x half", "xh"), Node("Mul", $"{factor} p", "q"),
            Node("Mul", $"q {last}", "r"), Node("Mul", $"r {first}", "y"),
        ], [Tensor("root", [], MathF.Sqrt(2)), Tensor("one", [], 1), Tensor("half", [], 0.5f)])[last == "half" ? "r" : "q"];
        Assert.Equal(new Gelu(), y.Operator);
        Assert.Equal("x", y.Inputs[0].Name);
    }

    [Fact]
    public void An_error_function_of_something_else_is_no_gelu()
    {
        Tensor y = Bind(X, [Node("Div", "x root", "d"), Node("Erf", "d", "e"), Node("Add", "e one", "p"), Node("Mul", "x p", "q"), Node("Mul", "q half", "y")],
            [Tensor("root", [], 2), Tensor("one", [], 1), Tensor("half", [], 0.5f)])["y"];
        Assert.Equal(new Linear(0.5f, 0), y.Operator);
    }

    [Fact]
    public void Exchanged_axes_go_into_the_matrix_product()
    {
        // Heads [2, 5, 3, 4]: queries as [2, 3, 5, 4], keys as [2, 3, 4, 5].
        Tensor y = Bind(new Shape(2, 5, 3, 4), [Node("Transpose", "x", "q", Attribute("perm", (long[])[0, 2, 1, 3])), Node("Transpose", "x", "k", Attribute("perm", (long[])[0, 2, 3, 1])), Node("MatMul", "q k", "y")])["y"];
        Assert.Equal(new MatMul(false, true), y.Operator);
        Assert.Equal(new Shape(2, 3, 5, 5), y.Shape);
        Assert.Equal(new Transpose([0, 2, 1, 3]), y.Inputs[1].Operator);
    }

    private Tensor Convolved(string order, params ReadOnlySpan<(int From, int Length)> slices)
    {
        Tensor x = new(new Input(new Shape(2, 4, 7, 6), "x")), weight = GraphTensor.Constant(new Shape(5, 4, 3, 2), [.. Enumerable.Range(0, 120).Select(i => (i * 31 % 17 - 8) / 10f)]);
        var parts = new List<Tensor>();
        foreach ((int from, int length) in slices) parts.Add(x.Slice(1, from, length));
        Tensor moved = GraphTensor.Concat(1, [.. parts]);
        Tensor y = new OnnxImporter(Open(Model(Graph([Node("Conv", "x w", "y")], [OnnxBytes.Tensor("w", [5, 4, 3, 2], ((Constant)weight.Operator).Values.ToArray())], [Value("x", 2, 4, 7, 6)], [Value("y", 2, 5, 5, 5)])))).Bind(moved)["y"];
        Assert.Equal(order == "taken" ? x : moved, y.Inputs[0]);
        Tensor plain = moved.Conv2D(weight, null, new Window(3, 2));
        using var backend = new Phosphene.Runtime.Compilation.Backend(threads: 1);
        using Phosphene.Runtime.Execution.Plan plan = backend.Compile(y, plain);
        Span<float> pixels = plan.Input(x);
        for (int i = 0; i < pixels.Length; i++) pixels[i] = i * 37 % 101 / 50f - 1;
        plan.Run();
        float[] actual = plan.Output(y).ToArray(), expected = plan.Output(plain).ToArray();
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4f);
        return y;
    }

    [Fact]
    public void Another_order_of_channels_goes_into_the_weights_of_a_convolution()
    {
        Convolved("taken", (3, 1), (0, 1), (2, 1), (1, 1));
        Convolved("taken", (0, 1), (1, 1), (2, 1), (3, 1));
    }

    [Fact]
    public void Channels_that_are_repeated_or_stay_together_are_no_other_order()
    {
        Convolved("left", (3, 1), (3, 1), (2, 1), (1, 1));
        Convolved("left", (2, 2), (0, 2));
    }

    // What a constant before it is called moves it by single bytes in the file.
    [Theory]
    [InlineData("c")]
    [InlineData("cc")]
    [InlineData("ccc")]
    [InlineData("cccc")]
    public void A_constant_that_lies_askew_in_the_file_is_added_to_a_product(string name)
    {
        float[] weights = [.. Enumerable.Range(0, 20 * 35).Select(i => i % 7 - 3f)], terms = [.. Enumerable.Range(0, 6 * 35).Select(i => i * 0.01f)];
        GraphTensor x = new(new Input(new Shape(6, 20), "x"));
        byte[] graph = Graph([Node("MatMul", "x w", "p"), Node("Add", $"p {name}", "y")], [Tensor("w", [20, 35], weights), Tensor(name, [6, 35], terms)], [Value("x", 6, 20)]);
        GraphTensor y = new OnnxImporter(Open(Model(graph))).Bind(x)["y"];
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y);
        plan.Input(x).Fill(1);
        plan.Run();
        for (int i = 0; i < terms.Length; i++) Assert.Equal(Enumerable.Range(0, 20).Sum(k => weights[k * 35 + i % 35]) + terms[i], plan.Output(y)[i], 1e-4f);
    }
}
