using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;
using GraphTensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

/// <summary>Branches and loops, whose sub-graphs read the values around them.</summary>
public sealed class ControlTests : ModelFiles
{
    private static readonly Shape X = new(1, 3);

    private static byte[] Branch(string name, byte[][] nodes, params string[] outputs) => Body(name, nodes, [], outputs);

    private static byte[] Body(string name, byte[][] nodes, string[] inputs, params string[] outputs) =>
        Join(Text(1, name), Bytes(6, Graph(nodes, null, [.. inputs.Select(input => Value(input))], [.. outputs.Select(output => Value(output))])), Varint(20, 5));

    private static double[] Of(GraphTensor y, params double[] x) =>
        Reference.Evaluate(y, new Dictionary<GraphTensor, double[]>(ReferenceEqualityComparer.Instance) { [GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input)] = x });

    private static byte[] Truth(string name, bool value) => Raw(name, 9, [], [value ? (byte)1 : (byte)0]);

    [Theory]
    [InlineData(true, new double[] { 2, 4, 6 })]
    [InlineData(false, new double[] { 1, 4, 9 })]
    public void The_branch_of_a_condition_that_is_known_is_taken(bool condition, double[] expected)
    {
        byte[][] nodes = [Node("If", "c", "y", Branch("then_branch", [Node("Add", "x x", "a")], "a"), Branch("else_branch", [Node("Mul", "x x", "b")], "b"))];
        Assert.Equal(expected, Of(Bind(X, nodes, [Truth("c", condition)])["y"], 1, 2, 3));
    }

    [Fact]
    public void The_branch_not_taken_may_have_what_is_not_supported()
    {
        byte[][] nodes = [Node("If", "c", "y", Branch("then_branch", [Node("Add", "x x", "a")], "a"), Branch("else_branch", [Node("Bernoulli", "x", "b")], "b"))];
        Assert.Equal([2, 4, 6], Of(Bind(X, nodes, [Truth("c", true)])["y"], 1, 2, 3));
        Assert.Contains("Bernoulli 'b_node' stands in a sub-graph and is an operator that is not supported",
            Assert.Throws<ModelFormatException>(() => Bind(X, nodes, [Truth("c", false)])["y"]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 2)]
    [InlineData(-3, 9)]
    public void A_computed_condition_chooses_between_both_branches_and_so_does_the_gradient(double first, double slope)
    {
        byte[][] nodes =
        [
            Node("ReduceSum", "x", "sum", Attribute("keepdims", 0)), Node("Greater", "sum zero", "c"),
            Node("If", "c", "y", Branch("then_branch", [Node("Add", "x x", "a")], "a"), Branch("else_branch", [Node("Mul", "x nine", "b")], "b")),
        ];
        GraphTensor y = Bind(X, nodes, [Tensor("zero", [], 0), Tensor("nine", [], 9)])["y"], x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        double[] given = [first, 0, 0];
        Assert.Equal(slope * first, Of(y, given)[0]);
        Assert.Equal([slope, slope, slope], Reference.Evaluate(Gradients.Of(y.Sum(), [x])[0], new Dictionary<GraphTensor, double[]>(ReferenceEqualityComparer.Instance) { [x] = given }));
    }

    [Fact]
    public void A_computed_condition_cannot_decide_a_shape()
    {
        byte[][] nodes =
        [
            Node("ReduceSum", "x", "sum", Attribute("keepdims", 0)), Node("Greater", "sum zero", "c"),
            Node("If", "c", "y", Branch("then_branch", [Node("Concat", "x x", "a", Attribute("axis", 1))], "a"), Branch("else_branch", [Node("Identity", "x", "b")], "b")),
        ];
        Assert.Contains("makes [1, 6] or [1, 3] by a condition that is computed; shapes are fixed before anything runs",
            Assert.Throws<ModelFormatException>(() => Bind(X, nodes, [Tensor("zero", [], 0)])["y"]).Message, StringComparison.Ordinal);
    }

    // Three turns: v becomes v·2 + the number of the turn, and each is collected.
    [Fact]
    public void A_loop_carries_and_collects()
    {
        byte[] body = Body("body",
            [Node("Identity", "go", "on"), Node("Add", "v v", "twice"), Node("Cast", "turn", "number", Attribute("to", 1)), Node("Add", "twice number", "next"), Node("Identity", "next", "part")],
            ["turn", "go", "v"], "on", "next", "part");
        byte[][] nodes = [Node("Loop", "three yes x", "last y", body)];
        Assert.Equal([8 + 4, 16 + 4, 24 + 4], Of(Bind(X, nodes, [Integer("three", 3), Truth("yes", true)])["last"], 1, 2, 3));
        GraphTensor all = Bind(X, nodes, [Integer("three", 3), Truth("yes", true)])["y"];
        Assert.Equal(new Shape(3, 1, 3), all.Shape);
        Assert.Equal([2, 4, 6, 5, 9, 13, 12, 20, 28], Of(all, 1, 2, 3));
    }

    [Fact]
    public void A_loop_ends_when_its_condition_does()
    {
        byte[] body = Body("body", [Node("Less", "turn two", "on"), Node("Add", "v x", "next")], ["turn", "go", "v"], "on", "next");
        Assert.Equal([4, 8, 12], Of(Bind(X, [Node("Loop", "- yes x", "y", body)], [Integer("two", 2), Truth("yes", true)])["y"], 1, 2, 3));
    }

    [Fact]
    public void A_loop_without_end_is_refused_in_bounded_time()
    {
        byte[] body = Body("body", [Node("Identity", "go", "on"), Node("Add", "v x", "next")], ["turn", "go", "v"], "on", "next");
        Assert.Contains("all of these together make more than 200000 nodes",
            Assert.Throws<ModelFormatException>(() => Bind(X, [Node("Loop", "- yes x", "y", body)], [Truth("yes", true)])["y"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_of_nothing_without_end_is_refused_too()
    {
        byte[] body = Body("body", [], ["turn", "go", "v"], "go", "v");
        Assert.Contains("has a sub-graph that runs too often", Assert.Throws<ModelFormatException>(() => Bind(X, [Node("Loop", "- yes x", "y", body)], [Truth("yes", true)])["y"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loop_that_goes_on_by_what_is_computed_is_refused()
    {
        byte[] body = Body("body", [Node("ReduceSum", "v", "sum", Attribute("keepdims", 0)), Node("Less", "sum most", "on"), Node("Add", "v x", "next")], ["turn", "go", "v"], "on", "next");
        Assert.Contains("goes on as long as a condition holds that is computed",
            Assert.Throws<ModelFormatException>(() => Bind(X, [Node("Loop", "- yes x", "y", body)], [Tensor("most", [], 9), Truth("yes", true)])["y"]).Message, StringComparison.Ordinal);
    }

    // Running sums along the second axis, backwards, collected backwards too.
    [Fact]
    public void A_scan_may_run_backwards_along_any_axis()
    {
        byte[] body = Body("body", [Node("Add", "state part", "next"), Node("Identity", "next", "seen")], ["state", "part"], "next", "seen");
        byte[][] nodes = [Node("Scan", "start x", "last y", Attribute("num_scan_inputs", 1), Attribute("scan_input_axes", [1]), Attribute("scan_input_directions", [1]),
            Attribute("scan_output_axes", [1]), Attribute("scan_output_directions", [1]), body)];
        GraphTensor y = Bind(X, nodes, [Tensor("start", [1], 0)])["y"];
        Assert.Equal(X, y.Shape);
        Assert.Equal([6, 5, 3], Of(y, 1, 2, 3));
    }

    [Fact]
    public void Branches_lie_in_branches_and_read_all_around_them()
    {
        byte[] inner = Node("If", "d", "i", Branch("then_branch", [Node("Add", "a x", "t")], "t"), Branch("else_branch", [Node("Identity", "x", "e")], "e"));
        byte[][] nodes = [Node("If", "c", "y", Branch("then_branch", [Node("Mul", "x x", "a"), inner], "i"), Branch("else_branch", [Node("Identity", "x", "b")], "b"))];
        Assert.Equal([2, 6, 12], Of(Bind(X, nodes, [Truth("c", true), Truth("d", true)])["y"], 1, 2, 3));
    }

    [Fact]
    public void A_name_that_only_a_branch_reads_must_be_there()
    {
        byte[][] nodes = [Node("If", "c", "y", Branch("then_branch", [Node("Add", "x nowhere", "a")], "a"), Branch("else_branch", [Node("Identity", "x", "b")], "b"))];
        Assert.Contains("reads 'nowhere', which no node, input or initializer makes", Assert.Throws<ModelFormatException>(() => Bind(X, nodes, [Truth("c", true)])).Message, StringComparison.Ordinal);
    }
}
