using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx;

/// <summary>Long chains of nodes take work in proportion to their length, whatever is wrong with them: it is counted in what it allocates.</summary>
public sealed class LongChainTests : ModelFiles
{
    private const int Length = 60_000;

    // What a node may take. A look at all nodes before it, which 60,000 of them would make a matter of minutes, is a megabyte.
    private const long MostBytesEach = 20_000;

    [Theory]
    [InlineData("Relu", "x")]
    [InlineData("Bessel", "x")]
    [InlineData("Bessel", "c")]       // what is not supported depends on no input, and all layers on it
    public void Every_layer_of_a_long_chain_is_had_or_refused(string first, string start)
    {
        byte[][] nodes = [.. Enumerable.Range(0, Length).Select(i => start == "x" || i < Length / 2
            ? Node(i == 0 ? first : "Relu", i == 0 ? start : $"v{i - 1}", $"v{i}")
            : Node("Add", $"x v{Length / 2 - 1}", $"v{i}"))];
        var importer = new OnnxImporter(Open(Model(Graph(nodes, [Tensor("c", [1], 1)], [Value("x", 2)]))));
        long before = GC.GetAllocatedBytesForCurrentThread();
        ImportedGraph graph = importer.Bind(new Tensor(new Input(new Shape(2), "x")));
        int had = 0;
        foreach (OnnxLayer layer in importer.Layers)
        {
            try
            {
                _ = graph[layer.Name];
                had++;
            }
            catch (ModelFormatException refusal)
            {
                Assert.Contains("operator Bessel", refusal.Message, StringComparison.Ordinal);
            }
        }
        Assert.Equal(first == "Relu" ? Length : 0, had);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Length, 1, MostBytesEach);
    }
}
