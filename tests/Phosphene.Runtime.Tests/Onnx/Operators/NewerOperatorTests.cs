using Phosphene.Runtime.Compilation;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;
using GraphTensor = Phosphene.Runtime.Graphs.Tensor;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

/// <summary>
/// What operator sets 17 to 22 brought, which the ONNX project's test data of version 1.12 has not: values against PyTorch in float64. Element i of the input is
/// (37·i mod 23) / 8 - 1.25.
/// </summary>
public sealed class NewerOperatorTests : ModelFiles
{
    private void Gives(string @operator, Shape x, long opset, byte[][] constants, byte[][] attributes, int[] shape, params float[] expected)
    {
        Tensor y = Apply(@operator, x, opset, constants, attributes);
        Tensor input = GraphTensor.InOrder([y]).Single(tensor => tensor.Operator is Input);
        using var backend = new Backend(threads: 1);
        using Plan plan = backend.Compile(y);
        Span<float> values = plan.Input(input);
        for (int i = 0; i < values.Length; i++) values[i] = i * 37 % 23 / 8f - 1.25f;
        plan.Run();
        Assert.Equal(new Shape(shape), y.Shape);
        float[] actual = plan.Output(y).ToArray();
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(actual[i] - expected[i]) < 1e-5f * Math.Max(1, Math.Abs(expected[i])), $"Element {i} is {actual[i]}, should be {expected[i]}.");
        Assert.Equal(expected.Length, actual.Length);
    }

    [Fact]
    public void Group_normalization_has_a_scale_for_each_group_until_operator_set_20() =>
        Gives("GroupNormalization", new Shape(1, 4, 2, 3), 18, [Tensor("", [2], 1, -2), Tensor("", [2], 0.1f, 0.2f)], [Attribute("num_groups", 2)], [1, 4, 2, 3],
            -1.37159f, 0.705951f, -0.629614f, 1.44793f, 0.112366f, -1.2232f, 0.854347f, -0.481218f, 1.59633f, 0.260762f, -1.0748f, 1.00274f, 1.40525f, -2.64439f,
            -0.0410497f, 2.56229f, -1.48735f, 1.11599f, -2.93365f, -0.330309f, 2.27303f, -1.77661f, 0.826729f, 3.43007f);

    [Fact]
    public void Group_normalization_has_a_scale_for_each_channel_since_operator_set_21() =>
        Gives("GroupNormalization", new Shape(1, 4, 2, 3), 21, [Tensor("", [4], 1, -2, 0.5f, 3), Tensor("", [4], 0.1f, 0.2f, -0.3f, 0.4f)], [Attribute("num_groups", 2)], [1, 4, 2, 3],
            -1.37159f, 0.705951f, -0.629614f, 1.44793f, 0.112366f, -1.2232f, -1.30869f, 1.36244f, -2.79265f, -0.121525f, 2.54961f, -1.60549f, -0.601312f,
            0.411097f, -0.239738f, -0.890572f, 0.121837f, -0.528997f, 5.10047f, 1.19546f, -2.70954f, 3.36491f, -0.540094f, -4.4451f);

    [Fact]
    public void Layer_normalization_over_two_axes() =>
        Gives("LayerNormalization", new Shape(1, 2, 3, 4), 17, [Tensor("", [3, 4], [.. Enumerable.Range(1, 12).Select(i => i / 4f)]), Filled("", [3, 4], 1)], [Attribute("axis", 2)], [1, 2, 3, 4],
            0.632101f, 1.30298f, 0.452789f, 2.34793f, 1.01546f, -0.984798f, 2.32011f, -0.162436f, 4.36674f, 1.40191f, -2.23071f, 3.70823f, 0.849344f, 1.7111f,
            1.09039f, -0.181144f, 2.05459f, 0.313008f, 3.74194f, 1.53031f, -1.33216f, 3.47076f, 0.138247f, -3.8451f);

    [Fact]
    public void Gelu_exact_and_by_the_hyperbolic_tangent()
    {
        Gives("Gelu", new Shape(1, 8), 20, [], [], [1, 8], -0.132062f, 0.345731f, -0.166241f, 0.978419f, 0, -0.146581f, 0.458759f, -0.154269f);
        Gives("Gelu", new Shape(1, 8), 20, [], [Attribute("approximate", "tanh")], [1, 8], -0.132286f, 0.345714f, -0.166279f, 0.978225f, 0, -0.146775f, 0.458721f, -0.154286f);
    }

    [Fact]
    public void Mish_and_hard_swish()
    {
        Gives("Mish", new Shape(1, 8), 18, [], [], [1, 8], -0.308414f, 0.375245f, -0.252647f, 0.997508f, 0, -0.308215f, 0.489526f, -0.220744f);
        Gives("HardSwish", new Shape(1, 8), 14, [], [], [1, 8], -0.364583f, 0.291667f, -0.247396f, 0.773438f, 0, -0.351562f, 0.377604f, -0.208333f);
    }

    [Fact]
    public void Axes_of_reductions_are_an_input_since_operator_set_18()
    {
        Gives("ReduceMean", new Shape(1, 2, 3, 4), 18, [Integers("", 1, 3)], [], [1, 1, 3, 1], 0.015625f, 0.1875f, 0);
        Gives("ReduceLogSumExp", new Shape(1, 2, 3, 4), 18, [Integers("", 2)], [Attribute("keepdims", 0)], [1, 2, 4], 1.56378f, 1.1335f, 1.01935f, 1.7585f, 1.26935f, 2.0085f, 1.89435f, 0.769348f);
        Gives("ReduceMean", new Shape(1, 2, 1, 1), 18, [[]], [Attribute("noop_with_empty_axes", 1)], [1, 2, 1, 1], -1.25f, 0.5f);
    }

    [Fact]
    public void A_split_into_a_number_of_outputs_leaves_the_last_one_smaller()
    {
        Tensor last = Bind(new Shape(1, 7), [Node("Split", "x", "a b y", Attribute("axis", 1), Attribute("num_outputs", 3))], null, 18)["y"];
        Assert.Equal(new Shape(1, 1), last.Shape);
        Assert.Equal(new Slice(1, 6, 1), last.Operator);
    }

    [Fact]
    public void A_pad_may_name_its_axes()
    {
        Gives("Pad", new Shape(1, 2, 2, 3), 18, [Integers("", 1, 2), Tensor("", [], 9), Integers("", 2)], [], [1, 2, 5, 3],
            9, 9, 9, -1.25f, 0.5f, -0.625f, 1.125f, 0, -1.125f, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0.625f, -0.5f, 1.25f, 0.125f, -1, 0.75f, 9, 9, 9, 9, 9, 9);
        Gives("Pad", new Shape(1, 1, 3, 3), 19, [Integers("", 2, 1), [], Integers("", -1)], [Attribute("mode", "reflect")], [1, 1, 3, 6],
            -0.625f, 0.5f, -1.25f, 0.5f, -0.625f, 0.5f, -1.125f, 0, 1.125f, 0, -1.125f, 0, 1.25f, -0.5f, 0.625f, -0.5f, 1.25f, -0.5f);
    }

    [Fact]
    public void A_resize_may_see_all_the_pixels_that_merge()
    {
        byte[][] linear = [Attribute("mode", "linear"), Attribute("antialias", 1), Attribute("exclude_outside", 1)];          // PyTorch leaves out what is outside
        Gives("Resize", new Shape(1, 1, 6, 8), 18, [[], [], Integers("", 1, 1, 3, 4)], linear, [1, 1, 3, 4], 0.0841837f, 0.136161f, 0.145089f, -0.140306f, 0.243304f, 0.300781f, 0.0722656f, -0.0178571f, 0.153061f, 0.183036f, 0.191964f, -0.0714286f);
        Gives("Resize", new Shape(1, 1, 6, 8), 18, [[], [], Integers("", 4, 5)], [.. linear, Attribute("axes", [2L, 3])], [1, 1, 4, 5],
            -0.037642f, -0.149884f, 0.347005f, -0.00462963f, -0.180398f, 0.498106f, 0.388889f, -0.0243056f, 0.467593f, -0.517677f, -0.0435606f, 0.37963f,
            -0.0868056f, 0.103395f, 0.261995f, 0.165483f, 0.319444f, 0.265625f, -0.0677083f, -0.0752841f);
    }

    [Fact]
    public void A_resize_may_keep_the_shape_of_its_image()
    {
        Assert.Equal(new Shape(1, 1, 3, 4), Apply("Resize", new Shape(1, 1, 6, 8), 18, [[], [], Integers("", 3, 8)], Attribute("axes", [2L, 3]), Attribute("keep_aspect_ratio_policy", "not_larger")).Shape);
        Assert.Equal(new Shape(1, 1, 6, 8), Apply("Resize", new Shape(1, 1, 6, 8), 18, [[], [], Integers("", 3, 8)], Attribute("axes", [2L, 3]), Attribute("keep_aspect_ratio_policy", "not_smaller")).Shape);
    }
}
