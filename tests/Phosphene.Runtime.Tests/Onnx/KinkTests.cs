using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;
using GraphTensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Runtime.Tests.Onnx;

/// <summary>Gradients where a function has no slope, or several: docs/conventions.md says which is taken. Every element of the result counts with a weight of its own.</summary>
public sealed class KinkTests : ModelFiles
{
    /// <summary>Two rows of three numbers: zeros, and 3, -4, 12, of length 13.</summary>
    private static readonly float[] ZerosAndNot = [0, 0, 0, 3, -4, 12];

    private static readonly Dictionary<string, Func<GraphTensor, GraphTensor>> Norms = new()
    {
        ["root of a sum of squares"] = x => x.Square().SumOver(1).Sqrt(),
        ["power of a half"] = x => x.Square().SumOver(1).Pow(0.5f),
        ["power of a half that is computed"] = x => x.Square().SumOver(1).Pow(GraphTensor.Constant(new Shape(2, 1), 0.5f, 0.5f)),
        ["third root"] = x => x.Abs().Pow(3).SumOver(1).Pow(1 / 3f),
    };

    public static TheoryData<string> NormNames => [.. Norms.Keys];

    [Theory, MemberData(nameof(NormNames))]
    public void A_norm_of_zeros_has_no_gradient(string name)
    {
        var given = new Sample();
        GraphTensor x = given.InputOf(ZerosAndNot, 2, 3), y = Norms[name](x);
        float[] gradient = Compare.Run(given, [Gradients.Of(y.Sum(), [x])[0]])[0];
        Assert.Equal([0, 0, 0], gradient[..3]);
        double p = name == "third root" ? 3 : 2, norm = Math.Pow(Math.Pow(3, p) + Math.Pow(4, p) + Math.Pow(12, p), 1 / p);
        Compare.Close([.. ZerosAndNot[3..].Select(value => Math.Sign(value) * Math.Pow(Math.Abs(value) / norm, p - 1))], gradient[3..], name);
    }

    [Theory]
    [InlineData("ReduceL2", 13)]
    [InlineData("ReduceL1", 13)]
    [InlineData("LpNormalization", 13)]
    [InlineData("GlobalLpPool", 13)]
    public void Norms_of_a_model_have_no_gradient_at_zeros(string name, long opset)
    {
        byte[][] attributes = name.StartsWith("Reduce", StringComparison.Ordinal) ? [Attribute("axes", (long[])[2])] : [];
        GraphTensor y = Apply(name, new Shape(1, 2, 3), opset, [], attributes), x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        GraphTensor weighed = (y * new Sample().Constant([.. y.Shape])).Sum();
        float[] gradient = Run(weighed, x);
        Assert.Equal([0, 0, 0], gradient[..3]);
        Assert.All(gradient, element => Assert.True(float.IsFinite(element)));
        Assert.Contains(gradient[3..], element => element != 0);
    }

    [Fact]
    public void A_window_of_zeros_has_no_gradient_in_its_norm()
    {
        GraphTensor y = Apply("LpPool", new Shape(1, 2, 1, 3), 13, [], Attribute("kernel_shape", (long[])[1, 3])), x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        Compare.Close([0, 0, 0, 3 / 13.0, -4 / 13.0, 12 / 13.0], Run(y.Sum(), x), "LpPool");
    }

    // What torch.nn.functional.normalize is exported as: x / max(norm, 1e-12), where the norm of what a ReLU has let through may be 0.
    [Fact]
    public void Normalized_zeros_of_a_relu_give_a_finite_gradient()
    {
        byte[][] nodes =
        [
            Node("Relu", "x", "r"), Node("ReduceL2", "r", "n", Attribute("axes", (long[])[1]), Attribute("keepdims", 1)), Node("Clip", "n least", "c"),
            Node("Shape", "r", "s"), Node("Expand", "c s", "e"), Node("Div", "r e", "y"),
        ];
        GraphTensor y = Bind(new Shape(2, 3), nodes, [Tensor("least", [], 1e-12f)])["y"], x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        var weights = GraphTensor.Constant(new Shape(2, 3), 1, 2, 3, 1, 2, 3);
        // r / |r| of (3, 0, 12), whose length is √153: (w - u·(w·u)) / |r| with u = r / |r|, and none through what the ReLU holds back.
        double length = Math.Sqrt(153), along = (1 * 3 + 3 * 12) / length;
        Compare.Close([0, 0, 0, (1 - 3 / length * along) / length, 0, (3 - 12 / length * along) / length], Run((y * weights).Sum(), x), "normalize");
    }

    [Theory]
    [InlineData(new[] { 1 }, new float[] { 0, 5, 0, 6, 0, 0 })]
    [InlineData(new[] { 0 }, new float[] { 0, 6, 7, 5, 0, 0 })]
    [InlineData(new[] { 0, 1 }, new float[] { 0, 5, 0, 0, 0, 0 })]
    public void The_first_of_equal_maxima_takes_the_gradient(int[] axes, float[] expected)
    {
        var given = new Sample();
        GraphTensor x = given.InputOf([1, 9, 9, 9, 9, 2], 2, 3), y = x.MaxOver(axes), least = -(-x).MaxOver(axes);
        GraphTensor weights = GraphTensor.Constant(y.Shape, [.. Enumerable.Range(5, y.Shape.Count).Select(weight => (float)weight)]);
        Assert.Equal(expected, Compare.Run(given, [Gradients.Of((y * weights).Sum(), [x])[0]])[0]);
        Assert.Equal(expected.Sum(), Compare.Run(given, [Gradients.Of((least * weights).Sum(), [x])[0]])[0].Sum());
    }

    [Theory]
    [InlineData("ReduceMax")]
    [InlineData("ReduceMin")]
    [InlineData("GlobalMaxPool")]
    [InlineData("MaxPool")]
    [InlineData("Max")]
    [InlineData("Min")]
    [InlineData("TopK")]
    public void The_gradient_of_an_extreme_sums_to_what_came_in(string name)
    {
        var shape = new Shape(1, 2, 3, 4);
        byte[][] attributes = name switch
        {
            "ReduceMax" or "ReduceMin" => [Attribute("axes", (long[])[1, 3])],
            "MaxPool" => [Attribute("kernel_shape", (long[])[3, 4])],
            _ => [],
        };
        GraphTensor y = name switch
        {
            "Max" or "Min" => Bind(shape, [Node(name, "x x x", "y")])["y"],
            "TopK" => Bind(shape, [Node("TopK", "x k", "y i", Attribute("axis", 2))], [Integers("k", 2)])["y"],
            _ => Apply(name, shape, attributes),
        };
        GraphTensor x = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        var weights = GraphTensor.Constant(y.Shape, [.. Enumerable.Range(1, y.Shape.Count).Select(weight => (float)weight)]);
        float[] gradient = Run((y * weights).Sum(), x, new float[24]), whole = [.. gradient.Where(element => element != 0)];
        Assert.Equal(y.Shape.Count * (y.Shape.Count + 1) / 2, gradient.Sum());
        Assert.Equal(y.Shape.Count, whole.Length);                   // each to one winner of its own
    }

    private static float[] Run(GraphTensor scalar, GraphTensor x, float[]? values = null)
    {
        using var backend = new Backend(threads: 1);
        GraphTensor gradient = Gradients.Of(scalar, [x])[0];
        using Plan plan = backend.Compile(gradient);
        if (!plan.Input(x).IsEmpty) (values ?? ZerosAndNot).CopyTo(plan.Input(x));
        plan.Run();
        return plan.Output(gradient).ToArray();
    }
}
