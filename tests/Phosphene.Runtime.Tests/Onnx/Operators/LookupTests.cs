using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;
using GraphTensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

/// <summary>Elements read from and written to places that are computed. The place is that of the largest number of a row of x.</summary>
public sealed class LookupTests : ModelFiles
{
    private static readonly Shape X = new(3, 4);

    // The largest stand at 2, 0 and 3.
    private static readonly double[] Values = [1, 2, 9, 3, 8, 1, 2, 3, 0, 1, 2, 7];

    private static readonly byte[][] Largest = [Node("ArgMax", "x", "at", Attribute("axis", 1), Attribute("keepdims", 0))];

    private (GraphTensor Y, Dictionary<GraphTensor, double[]> Given) Of(byte[][] nodes, params byte[][] weights)
    {
        GraphTensor y = Bind(X, [.. Largest, .. nodes], weights)["y"];
        GraphTensor x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        return (y, new(ReferenceEqualityComparer.Instance) { [x] = Values });
    }

    private void Gives(double[] expected, byte[][] nodes, params byte[][] weights)
    {
        (GraphTensor y, var given) = Of(nodes, weights);
        Assert.Equal(expected, Reference.Evaluate(y, given));
    }

    private static readonly byte[] Table = Tensor("t", [4, 2], 0, 1, 10, 11, 20, 21, 30, 31);

    [Fact]
    public void Tokens_are_looked_up_in_a_table() => Gives([20, 21, 0, 1, 30, 31], [Node("Gather", "t at", "y")], Table);

    [Fact]
    public void A_negative_index_counts_from_the_end() =>
        Gives([10, 11, 30, 31, 0, 1], [Node("Neg", "at", "back"), Node("Add", "back one", "less"), Node("Gather", "t less", "y")], Table, Integers("one", -1));

    [Fact]
    public void The_axis_may_be_another() =>
        Gives([20, 0, 30, 21, 1, 31], [Node("Transpose", "t", "turned"), Node("Gather", "turned at", "y", Attribute("axis", 1))], Table);

    [Fact]
    public void The_largest_elements_are_gathered_by_their_places_and_take_the_gradient()
    {
        byte[][] nodes = [Node("Unsqueeze", "at axes", "column"), Node("GatherElements", "x column", "y", Attribute("axis", 1))];
        Gives([9, 8, 7], nodes, Integers("axes", 1));
        (GraphTensor y, var given) = Of(nodes, Integers("axes", 1));
        GraphTensor gradient = Gradients.Of((y * GraphTensor.Constant(new Shape(3, 1), 1, 2, 3)).Sum(), [given.Keys.Single()])[0];
        Assert.Equal([0, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 3], Reference.Evaluate(gradient, given));
    }

    [Fact]
    public void Tuples_name_places_too() =>
        Gives([9, 8, 7], [Node("Unsqueeze", "at axes", "column"), Node("Concat", "rows column", "pairs", Attribute("axis", 1)), Node("GatherND", "x pairs", "y")], Integers("axes", 1),
            Raw("rows", 7, [3, 1], [.. new long[] { 0, 1, 2 }.SelectMany(BitConverter.GetBytes)]));

    [Theory]
    [InlineData(null, new double[] { 1, 2, -1, 3, -1, 1, 2, 3, 0, 1, 2, -1 })]
    [InlineData("add", new double[] { 1, 2, 8, 3, 7, 1, 2, 3, 0, 1, 2, 6 })]
    public void Elements_are_written_at_computed_places(string? reduction, double[] expected)
    {
        byte[][] attributes = [Attribute("axis", 1), .. reduction is null ? (byte[][])[] : [Attribute("reduction", reduction)]];
        GraphTensor y = Bind(X, [.. Largest, Node("Unsqueeze", "at axes", "column"), Node("ScatterElements", "x column news", "y", attributes)],
            [Integers("axes", 1), Tensor("news", [3, 1], -1, -1, -1)], 16)["y"];
        GraphTensor x = GraphTensor.InOrder([y]).First(tensor => tensor.Operator is Input);
        Assert.Equal(expected, Reference.Evaluate(y, new Dictionary<GraphTensor, double[]>(ReferenceEqualityComparer.Instance) { [x] = Values }));
    }

    [Fact]
    public void Other_reductions_at_computed_places_are_refused_by_name()
    {
        var refused = Assert.Throws<ModelFormatException>(() => Bind(X, [.. Largest, Node("Unsqueeze", "at axes", "column"), Node("ScatterElements", "x column news", "y", Attribute("axis", 1), Attribute("reduction", "mul"))],
            [Integers("axes", 1), Tensor("news", [3, 1], -1, -1, -1)], 16)["y"]);
        Assert.Contains("has reduction = 'mul' at places that are computed; none and add are supported there", refused.Message, StringComparison.Ordinal);
    }
}
