using Phosphene.Models;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class NearestLayersTests
{
    // In the order of the model; a block ends with what it gives.
    private static readonly string[] Layers =
    [
        "conv1/7x7", "conv1/relu_7x7", "pool1", "inception_4a/1x1", "inception_4a/relu_1x1", "inception_4a/output", "inception_4b/1x1", "inception_4b/relu_1x1", "inception_4b/output", "prob",
    ];

    [Theory]
    [InlineData("4a", "inception_4a/output", "inception_4a/1x1")]                                      // a block: what it gives comes first
    [InlineData("inception_4b", "inception_4b/output")]
    [InlineData("inception_4", "inception_4a/output", "inception_4b/output")]
    [InlineData("mixed4b", "inception_4b/output")]                                                     // what other ports of the model call it
    [InlineData("relu4", "inception_4a/relu_1x1", "inception_4b/relu_1x1")]
    [InlineData("conv1/7x8", "conv1/7x7")]
    public void A_name_that_is_none_finds_the_layers_that_may_be_meant(string name, params string[] first) => Assert.Equal(first, NearestLayers.To(name, Layers).Take(first.Length));

    [Fact]
    public void Where_nothing_is_alike_the_error_names_a_few_layers() => Assert.Equal(
        "Layer 'xyzzy' does not exist; there are, for example, 'pool1', 'inception_4a/output', 'inception_4b/relu_1x1'. 'phosphene layers --all m.onnx' lists all 10.",
        new UnknownLayerException("xyzzy", "m.onnx", Layers, 10).Message);
}
