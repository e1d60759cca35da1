using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Execution.Kernels;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

public sealed class ShapingTests : ModelFiles
{
    private static readonly Shape X = new(2, 3, 4, 5);

    private static byte[] Longs(string name, params long[] values) => Attribute(name, values);

    [Theory]
    [InlineData(0, 1, 120)]
    [InlineData(1, 2, 60)]
    [InlineData(-1, 24, 5)]
    [InlineData(4, 120, 1)]
    public void Flatten_makes_a_matrix(long axis, int rows, int columns) => Assert.Equal(new Shape(rows, columns), Apply("Flatten", X, Attribute("axis", axis)).Shape);

    [Fact]
    public void Flatten_at_the_wrong_axis_is_refused() =>
        Assert.Contains("flattens at axis 5, which an input [2, 3, 4, 5] does not have", Refused("Flatten", X, 13, [], Attribute("axis", 5)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(new long[] { 6, 20 }, new[] { 6, 20 })]
    [InlineData(new long[] { 0, -1 }, new[] { 2, 60 })]
    [InlineData(new long[] { 0, 0, -1 }, new[] { 2, 3, 20 })]
    [InlineData(new long[] { -1 }, new[] { 120 })]
    public void Reshape_keeps_zeros_and_works_out_minus_one(long[] wanted, int[] expected) => Assert.Equal(new Shape(expected), Apply("Reshape", X, 13, [Integers("", wanted)]).Shape);

    [Theory]
    [InlineData("changes the count", new long[] { 7, 20 })]
    [InlineData("to [7, -1] does not divide its input [2, 3, 4, 5] of 120 elements", new long[] { 7, -1 })]
    [InlineData("has two extents of -1", new long[] { -1, -1 })]
    [InlineData("keeps axis 4, which its input [2, 3, 4, 5] does not have", new long[] { 1, 1, 1, 1, 0 })]
    [InlineData("has the shape [-2, 60]", new long[] { -2, 60 })]
    [InlineData("has the shape [4611686018427387904, 2, 60]", new long[] { 1L << 62, 2, -1 })]
    public void A_wrong_reshape_is_refused(string expected, long[] wanted) =>
        Assert.Contains(expected, Refused("Reshape", X, 13, [Integers("", wanted)]).Message, StringComparison.Ordinal);

    [Fact]
    public void Reshape_may_mean_a_true_zero_from_14_on()
    {
        Assert.Equal(new Shape(2, 3, 20), Apply("Reshape", X, 14, [Integers("", 0, 0, 20)], Attribute("allowzero", 0)).Shape);
        Assert.Contains("changes the count", Refused("Reshape", X, 14, [Integers("", 0, 3)], Attribute("allowzero", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'allowzero', which Reshape of operator set 13", Refused("Reshape", X, 13, [Integers("", 0, -1)], Attribute("allowzero", 1)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(13, true)]
    [InlineData(11, false)]
    public void Squeeze_and_Unsqueeze_have_their_axes_as_inputs_from_13_on(long opset, bool input)
    {
        Assert.Equal(new Shape(1, 2, 3, 1, 4, 5), Axes("Unsqueeze", X, opset, input, 0, -3).Shape);
        Assert.Equal(new Shape(7, 9), Axes("Squeeze", new Shape(1, 7, 1, 9), opset, input, 0, -2).Shape);
        Assert.Equal(new Shape(7, 9), Apply("Squeeze", new Shape(1, 7, 1, 9), opset, []).Shape);
        Assert.Contains("drops axis 1 of [2, 3, 4, 5], whose extent is not 1", Refused("Squeeze", X, opset, input ? [Integers("", 1)] : [], input ? [] : [Longs("axes", 1)]).Message, StringComparison.Ordinal);
    }

    private Tensor Axes(string name, Shape x, long opset, bool input, params long[] axes) =>
        input ? Apply(name, x, opset, [Integers("", axes)]) : Apply(name, x, opset, [], Longs("axes", axes));

    [Fact]
    public void Transpose_reverses_by_default()
    {
        Assert.Equal(new Shape(5, 4, 3, 2), Apply("Transpose", X).Shape);
        Assert.Equal(new Transpose([0, 2, 3, 1]), Apply("Transpose", X, Longs("perm", 0, 2, 3, 1)).Operator);
        Assert.Contains("needs each axis of [2, 3, 4, 5] exactly once", Refused("Transpose", X, 13, [], Longs("perm", 0, 1, 1, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Concat_joins_along_an_axis()
    {
        Tensor y = Apply("Concat", X, 13, [Filled("", [2, 1, 4, 5]), Filled("", [2, 2, 4, 5])], Attribute("axis", -3));
        Assert.Equal(new Concat(1), y.Operator);
        Assert.Equal(new Shape(2, 6, 4, 5), y.Shape);
        Assert.Contains("has no axis, which it needs", Refused("Concat", X, 13, []).Message, StringComparison.Ordinal);
        Assert.Contains("Concat along axis 1 of [2, 3, 4, 5] and [2, 3, 4, 6]", Refused("Concat", X, 13, [Filled("", [2, 3, 4, 6])], Attribute("axis", 1)).Message, StringComparison.Ordinal);
    }

    // As a DenseNet: each layer joins all before it.
    [Theory]
    [InlineData(16)]
    [InlineData(12)]
    public void Concat_that_begins_as_another_does_takes_that_one(int growth)
    {
        const int Layers = 4;
        var given = new Sample();
        Tensor image = given.Input(2, 5, 6, 7);
        var (nodes, weights) = (new List<byte[]> { Node("Conv", "x w0", "f0") }, new List<byte[]> { Weight(0, 5) });
        for (int layer = 1; layer <= Layers; layer++)
        {
            string all = layer == 1 ? "f0" : $"c{layer - 1}";
            nodes.AddRange([Node("Relu", all, $"r{layer}"), Node("Conv", $"r{layer} w{layer}", $"f{layer}")]);
            nodes.Add(Node("Concat", string.Join(' ', Enumerable.Range(0, layer + 1).Select(part => $"f{part}")), $"c{layer}", Attribute("axis", 1)));
            weights.Add(Weight(layer, growth * layer));
        }
        ImportedGraph graph = new OnnxImporter(Open(Model(Graph([.. nodes], [.. weights], [Value("x", 2, 5, 6, 7)]), 13))).Bind(image);
        Tensor y = graph[$"c{Layers}"], gradient = Gradients.Of((y * given.Input([.. y.Shape])).Sum(), [image])[0];
        AssertJoins(y, graph[$"c{Layers - 1}"], graph[$"f{Layers}"]);
        AssertJoins(graph["c1"], graph["f0"], graph["f1"]);
        Assert.Equal(new Shape(2, growth * (Layers + 1), 6, 7), y.Shape);
        Compare.WithReference(given, y, gradient);

        // Whole blocks of channels are computed where the last concatenation wants them.
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y, gradient);
        Assert.Equal(growth != 16, plan.Executed.Any(kernel => kernel.Name.StartsWith("StridedCopy c", StringComparison.Ordinal)));
        Assert.Equal([.. Enumerable.Range(0, Layers + 1).Select(part => $"f{part}")], Concat.PartsOf(y).Select(part => part.Name));
        Assert.Empty(Concat.PartsOf(graph["f0"]));

        byte[] Weight(int layer, int channels) => OnnxBytes.Tensor($"w{layer}", [growth, channels, 1, 1], [.. ((Constant)given.Constant(growth, channels, 1, 1).Operator).Values.ToArray()]);
    }

    [Fact]
    public void Concat_takes_another_only_if_it_has_all_of_its_parts_and_its_axis()
    {
        ImportedGraph graph = Bind(X, [
            Node("Relu", "x", "a"), Node("Neg", "x", "b"), Node("Abs", "x", "c"),
            Node("Concat", "a b", "ab", Attribute("axis", 1)), Node("Concat", "a b", "again", Attribute("axis", 1)), Node("Concat", "a b c", "across", Attribute("axis", 0)),
            Node("Concat", "a c b", "other", Attribute("axis", 1)), Node("Concat", "b a c", "turned", Attribute("axis", 1)), Node("Concat", "a b a b", "twice", Attribute("axis", 1)),
        ]);
        Assert.Equal(new Shape(2, 6, 4, 5), graph["ab"].Shape);
        foreach ((string name, int parts) in ((string, int)[])[("again", 2), ("across", 3), ("other", 3), ("turned", 3)]) Assert.Equal(parts, graph[name].Inputs.Length);
        AssertJoins(graph["twice"], graph["ab"], graph["a"], graph["b"]);
        Assert.Equal(["a", "b", "a", "b"], Concat.PartsOf(graph["twice"]).Select(part => part.Name));
    }

    private static void AssertJoins(Tensor whole, params Tensor[] parts)
    {
        Assert.Equal(parts.Length, whole.Inputs.Length);
        for (int i = 0; i < parts.Length; i++) Assert.Same(parts[i], whole.Inputs[i]);
    }

    [Fact]
    public void Expand_broadcasts_both_ways() => Assert.Equal(new Shape(2, 7, 4, 5), Apply("Expand", new Shape(2, 1, 4, 5), 13, [Integers("", 7, 1, 5)]).Shape);

    [Theory]
    [InlineData(10)]
    [InlineData(13)]
    public void Pad_has_attributes_until_10_and_inputs_from_11(long opset)
    {
        Tensor y = opset < 11
            ? Apply("Pad", X, opset, [], Longs("pads", 0, 0, 1, 2, 0, 0, 3, 4), Attribute("value", 9f))
            : Apply("Pad", X, opset, [Integers("", 0, 0, 1, 2, 0, 0, 3, 4), Tensor("", [], 9)]);
        Assert.Equal(new Pad([0, 0, 1, 2], [0, 0, 3, 4], PadMode.Constant, 9), y.Operator);
    }

    [Fact]
    public void Pad_knows_its_modes()
    {
        Assert.Equal(PadMode.Reflect, Assert.IsType<Pad>(Apply("Pad", X, 13, [Integers("", 0, 0, 1, 2, 0, 0, 3, 4)], Attribute("mode", "reflect")).Operator).Mode);
        Assert.Equal(PadMode.Edge, Assert.IsType<Pad>(Apply("Pad", X, 13, [Integers("", 0, 0, 1, 2, 0, 0, 3, 4)], Attribute("mode", "edge")).Operator).Mode);
        Assert.Equal(float.NegativeInfinity, Assert.IsType<Pad>(Apply("Pad", X, 13, [Integers("", 0, 0, 1, 2, 0, 0, 3, 4), Tensor("", [], float.NegativeInfinity)]).Operator).Value);
        Assert.Contains("has mode = 'wrap', where constant, reflect, edge or (since operator set 19) wrap is expected", Refused("Pad", X, 13, [Integers("", 0, 0, 1, 0, 0, 0, 0, 0)], Attribute("mode", "wrap")).Message, StringComparison.Ordinal);
        Assert.Contains("has 4 pads, where its input [2, 3, 4, 5] needs 8", Refused("Pad", X, 13, [Integers("", new long[4])]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Negative_padding_cuts()
    {
        Tensor y = Apply("Pad", X, 13, [Integers("", 0, 0, -1, 2, 0, 0, 0, -4)]);
        Assert.Equal(new Shape(2, 3, 3, 3), y.Shape);
        Assert.Equal(new Pad([0, 0, 0, 2], [0, 0, 0, 0]), y.Operator);
        Assert.Equal(new Slice(3, 0, 1), y.Inputs[0].Operator);
        Assert.Contains("has pads [0, 0, -9223372036854775808", Refused("Pad", X, 13, [Integers("", 0, 0, long.MinValue, 0, 0, 0, 0, 0)]).Message, StringComparison.Ordinal);
        Assert.Equal(new Slice(2, 1, 3), Apply("Pad", X, 13, [Integers("", 0, 0, -1, 0, 0, 0, 0, 0)], Attribute("mode", "edge")).Operator);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(13)]
    public void Slice_has_attributes_until_9_and_inputs_from_10(long opset)
    {
        Tensor y = opset < 10
            ? Apply("Slice", X, opset, [], Longs("starts", 1, -4), Longs("ends", 3, 1000), Longs("axes", 1, 3))
            : Apply("Slice", X, opset, [Integers("", 1, -4), Integers("", 3, long.MaxValue), Integers("", 1, -1), Integers("", 1, 2)]);
        Assert.Equal(opset < 10 ? new Shape(2, 2, 4, 4) : new Shape(2, 2, 4, 2), y.Shape);
        Assert.Equal(new Slice(3, 1, opset < 10 ? 4 : 2, opset < 10 ? 1 : 2), y.Operator);
        Assert.Equal(new Slice(1, 1, 2), y.Inputs[0].Operator);
    }

    [Fact]
    public void A_wrong_slice_is_refused()
    {
        Assert.Contains("has a step of 0", Refused("Slice", X, 13, [Integers("", 0), Integers("", 1), Integers("", 0), Integers("", 0)]).Message, StringComparison.Ordinal);
        Assert.Contains("has 1 starts, 2 ends", Refused("Slice", X, 13, [Integers("", 0), Integers("", 1, 2)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slice_may_go_backwards_or_be_empty()
    {
        Tensor backwards = Apply("Slice", X, 13, [Integers("", -1), Integers("", long.MinValue), Integers("", 2), Integers("", -2)]);
        Assert.Equal(new Shape(2, 3, 2, 5), backwards.Shape);
        Assert.Equal([3, 1], Assert.IsType<SparseProduct>(backwards.Operator).Matrix.ColumnOf.ToArray());
        Assert.Equal(new Shape(0, 3, 4, 5), Apply("Slice", X, 13, [Integers("", 2), Integers("", 2)]).Shape);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    public void Split_has_lengths_as_an_attribute_until_12_and_as_an_input_from_13(long opset)
    {
        byte[] node = opset < 13 ? Node("Split", "x", "a b", Attribute("axis", 1), Longs("split", 1, 2)) : Node("Split", "x n", "a b", Attribute("axis", 1));
        ImportedGraph graph = Bind(X, [node], [Integers("n", 1, 2)], opset);
        Assert.Equal(new Slice(1, 0, 1), graph["a"].Operator);
        Assert.Equal(new Slice(1, 1, 2), graph["b"].Operator);
        Assert.Equal("b", graph["b"].Name);
    }

    [Fact]
    public void Split_without_lengths_makes_equal_parts()
    {
        Assert.Equal(new Shape(2, 3, 2, 5), Bind(X, [Node("Split", "x", "a b", Attribute("axis", -2))])["b"].Shape);
        var failure = Assert.Throws<ModelFormatException>(() => Bind(X, [Node("Split", "x", "a b", Attribute("axis", 1))])["b"]);
        Assert.Contains("divides axis 1 of [2, 3, 4, 5] into 2 parts, which are not equal", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gather_picks_by_constant_indices()
    {
        Tensor one = Apply("Gather", X, 13, [Integer("", -1)], Attribute("axis", 1));
        Assert.Equal(new Shape(2, 4, 5), one.Shape);
        Assert.Equal(new Slice(1, 2, 1), one.Inputs[0].Operator);
        Assert.Equal(new Shape(2, 2, 4, 5), Apply("Gather", X, 13, [Integers("", 2, 0)], Attribute("axis", 1)).Shape);
        Assert.Contains("picks index 3 of an axis of 3", Refused("Gather", X, 13, [Integer("", 3)], Attribute("axis", 1)).Message, StringComparison.Ordinal);
    }
}
