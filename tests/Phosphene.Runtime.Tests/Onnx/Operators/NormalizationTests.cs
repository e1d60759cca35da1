using Phosphene.Runtime.Graphs;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

public sealed class NormalizationTests : ModelFiles
{
    private static readonly Shape X = new(2, 2, 3, 5);

    private static readonly byte[][] Statistics = [Tensor("", [2], 2, 3), Tensor("", [2], 10, 20), Tensor("", [2], 1, -1), Tensor("", [2], 4, 0.25f)];

    [Fact]
    public void Local_response_normalization_keeps_its_numbers()
    {
        Assert.Equal(new Lrn(5, 1e-4f, 0.75f, 1), Apply("LRN", X, Attribute("size", 5)).Operator);
        Assert.Equal(new Lrn(3, 2f, 0.5f, 4), Apply("LRN", X, Attribute("size", 3), Attribute("alpha", 2f), Attribute("beta", 0.5f), Attribute("bias", 4f)).Operator);
        Assert.Contains("has no size", Refused("LRN", X, 13, []).Message, StringComparison.Ordinal);
        Assert.Contains("has size = 0", Refused("LRN", X, 13, [], Attribute("size", 0)).Message, StringComparison.Ordinal);
        Assert.Contains("has alpha = NaN", Refused("LRN", X, 13, [], Attribute("size", 5), Attribute("alpha", float.NaN)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(9)]
    [InlineData(15)]
    public void Batch_normalization_becomes_a_scale_and_a_shift_per_channel(long opset)
    {
        Tensor y = Apply("BatchNormalization", X, opset, Statistics, Attribute("epsilon", 0f), Attribute("momentum", 0.9f));
        Assert.Equal(new Add(), y.Operator);
        Assert.Equal("y", y.Name);
        Assert.Equal(new Multiply(), y.Inputs[0].Operator);
        Assert.Equal([1f, 6f], Values(y.Inputs[0].Inputs[1]));       // 2 / √4, 3 / √0.25
        Assert.Equal([9f, 26f], Values(y.Inputs[1]));                // 10 - 1·1, 20 + 1·6
        Assert.Equal(new Shape(1, 2, 1, 1), y.Inputs[1].Shape);
    }

    [Fact]
    public void Batch_normalization_in_training_is_refused()
    {
        Assert.Contains("has training_mode = 1", Refused("BatchNormalization", X, 14, Statistics, Attribute("training_mode", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("has spatial = 0", Refused("BatchNormalization", X, 7, Statistics, Attribute("spatial", 0)).Message, StringComparison.Ordinal);
        Assert.Contains("'spatial', which BatchNormalization of operator set 9", Refused("BatchNormalization", X, 9, Statistics, Attribute("spatial", 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_normalization_needs_a_number_for_each_channel_and_a_positive_variance()
    {
        Assert.Contains("has [3] as input 2, where [2] is expected", Refused("BatchNormalization", X, 13, [Statistics[0], Filled("", [3]), Statistics[2], Statistics[3]]).Message, StringComparison.Ordinal);
        Assert.Contains("has variance -1 with epsilon 1E-05 in channel 1", Refused("BatchNormalization", X, 13, [.. Statistics[..3], Tensor("", [2], 1, -1)]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_normalization_may_have_computed_statistics()
    {
        var graph = Bind(X, [Node("ReduceMean", "x", "m", Attribute("axes", (long[])[0, 2, 3]), Attribute("keepdims", 0)), Node("BatchNormalization", "x s s m s", "y")], [Filled("s", [2])]);
        Assert.Equal(new Add(), graph["y"].Operator);
        Assert.Equal(X, graph["y"].Shape);
    }

    private static float[] Values(Tensor tensor) => Assert.IsType<Constant>(tensor.Operator).Values.ToArray();
}
