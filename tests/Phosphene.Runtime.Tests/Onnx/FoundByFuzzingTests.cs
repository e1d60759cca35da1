using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx;

/// <summary>What tests/Phosphene.Fuzz.Tests found, each reduced to its core. None may come back.</summary>
public sealed class FoundByFuzzingTests : ModelFiles
{
    // Mutant 25389 of 24 November 2026: packing the weights divided by the number of channels.
    [Theory]
    [InlineData("Conv", 2, 0)]
    [InlineData("Conv", 0, 3)]
    [InlineData("ConvTranspose", 0, 2)]
    public void A_convolution_with_an_empty_weight_is_refused(string @operator, int first, int second)
    {
        var x = new Shape(1, @operator == "Conv" ? second : first, 4, 5);
        ModelFormatException failure = Refused(@operator, x, 13, [TensorHead("", 1, [first, second, 3, 3])]);
        Assert.Contains($"{@operator} 'y_node' ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("has the empty weight", failure.Message, StringComparison.Ordinal);
    }
}
