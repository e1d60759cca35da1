using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;
using GraphTensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

/// <summary>Constant masks that hold -∞: what attention must not see. Anywhere else a weight of -∞ is a fault of the file.</summary>
public sealed class MaskTests : ModelFiles
{
    private const float None = float.NegativeInfinity;

    private static readonly Shape X = new(2, 3);

    // Row 0 sees column 0, row 1 the first two.
    private static readonly float[] Causal = [0, None, None, 0, 0, None];

    [Fact]
    public void A_causal_mask_hides_what_comes_later()
    {
        GraphTensor y = Bind(X, [Node("Add", "x m", "a"), Node("Softmax", "a", "y", Attribute("axis", -1))], [Tensor("m", [2, 3], Causal)])["y"];
        GraphTensor x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        GraphTensor gradient = Gradients.Of((y * GraphTensor.Constant(X, 1, 2, 3, 4, 5, 6)).Sum(), [x])[0];
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile([y, gradient]);
        new[] { 7f, 8, 9, 1, 1 + MathF.Log(3), 5 }.CopyTo(plan.Input(x));
        plan.Run();
        Near([1, 0, 0, 0.25f, 0.75f, 0], plan.Output(y));
        Near([0, 0, 0, -0.1875f, 0.1875f, 0], plan.Output(gradient));           // y·(w - Σ w·y), with Σ w·y = 4.75 in row 1
    }

    // Exporters write attention whose mask may hide all of a row so: softmax, which is not a number there, and then 0 in its place.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_row_of_which_all_is_hidden_is_zero_and_so_is_its_gradient(bool byResult)
    {
        byte[][] hidden = byResult ? [Node("IsNaN", "s", "n")] : [Node("ReduceMax", "m", "most", Attribute("axes", [1])), Node("Equal", "most none", "n")];
        byte[][] nodes = [Node("Add", "x m", "a"), Node("Softmax", "a", "s", Attribute("axis", -1)), .. hidden, Node("Where", "n zero s", "y")];
        GraphTensor y = Bind(X, nodes, [Tensor("m", [2, 3], None, None, None, 0, 0, None), Tensor("zero", [], 0), Tensor("none", [], None)])["y"];
        GraphTensor x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        GraphTensor gradient = Gradients.Of((y * GraphTensor.Constant(X, 1, 2, 3, 4, 5, 6)).Sum(), [x])[0];
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile([y, gradient]);
        new[] { 7f, 8, 9, 1, 1 + MathF.Log(3), 5 }.CopyTo(plan.Input(x));
        plan.Run();
        Near([0, 0, 0, 0.25f, 0.75f, 0], plan.Output(y));
        Near([0, 0, 0, -0.1875f, 0.1875f, 0], plan.Output(gradient));
    }

    private static void Near(float[] expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-6f, $"Element {i} is {actual[i]}, should be {expected[i]}.");
    }

    [Theory]
    [InlineData("Add")]
    [InlineData("Sub")]
    [InlineData("Max")]
    [InlineData("Min")]
    [InlineData("Less")]
    [InlineData("Sum")]
    public void A_mask_may_be_added_or_compared(string name) => Assert.Equal(X, Apply(name, X, 13, [Tensor("", [2, 3], Causal)]).Shape);

    // Exporters store the mask of the longest text and cut the size in use from it.
    [Theory]
    [InlineData("Slice", "m from to", 0)]
    [InlineData("Reshape", "m same", 0)]
    [InlineData("Unsqueeze", "m axes", 1)]
    [InlineData("Expand", "m same", 0)]
    [InlineData("Tile", "m once", 0)]
    [InlineData("Gather", "m rows", 0)]
    [InlineData("Transpose", "m", 0)]
    [InlineData("Cast", "m", 0)]
    [InlineData("Identity", "m", 0)]
    public void A_mask_may_be_moved_about_before(string name, string inputs, int more)
    {
        byte[][] attributes = name == "Cast" ? [Attribute("to", 11)] : [];
        byte[][] constants =
        [
            Tensor("m", [3, 3], 0, None, None, 0, 0, None, 0, 0, 0), Integers("from", 0, 0), Integers("to", 3, 3), Integers("same", 3, 3), Integers("once", 1, 1), Integers("axes", 0), Integers("rows", 2, 1, 0),
        ];
        GraphTensor y = Bind(new Shape(3, 3), [Node(name, inputs, "moved", attributes), Node("Add", "x moved", "y")], constants)["y"];
        Assert.Equal(2 + more, y.Shape.Rank);
    }

    [Theory]
    [InlineData("Mul", None)]
    [InlineData("MatMul", None)]
    [InlineData("Add", float.NaN)]
    [InlineData("Add", float.PositiveInfinity)]
    [InlineData("Max", float.NaN)]
    public void A_weight_that_is_not_finite_is_refused_as_before(string name, float wrong)
    {
        byte[] weight = Tensor("w", [3, 3], 0, None, 0, 0, 0, wrong, 0, 0, 0);
        int at = float.IsNegativeInfinity(wrong) ? 1 : 5;
        byte[] shape = Integers("s", 3, 3), axes = Integers("from", 0), ends = Integers("to", 3);
        foreach (byte[][] nodes in new byte[][][]
        {
            [Node(name, "x w", "y")], [Node("Transpose", "w", "t"), Node("Transpose", "t", "u"), Node(name, "x u", "y")], [Node("Reshape", "w s", "t"), Node(name, "x t", "y")],
            [Node("Slice", "w from to", "t"), Node(name, "x t", "y")], [Node("Concat", "w w", "t", Attribute("axis", 1)), Node("Slice", "t from to", "u"), Node(name, "z u", "y")],
        })
        {
            byte[] graph = Graph(nodes, [weight, shape, axes, ends], [Value("x", 3, 3), Value("z", 3, 3)]);
            var bound = new Phosphene.Runtime.Onnx.Importing.OnnxImporter(Open(Model(graph))).Bind(new Dictionary<string, GraphTensor>
            {
                ["x"] = new(new Input(new Shape(3, 3), "x")),
                ["z"] = new(new Input(name == "MatMul" ? new Shape(3, 3) : new Shape(3, 6), "z")),
            });
            Assert.Contains($"[3, 3] holds {(at == 1 ? "-Infinity" : wrong)} at index {at}, where finite float32 numbers are expected", Assert.Throws<ModelFormatException>(() => bound["y"]).Message, StringComparison.Ordinal);
        }
    }
}
