using FsCheck;
using FsCheck.Xunit;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx;

public sealed class WireFormatTests : ModelFiles
{
    private static byte[] Small() => Model(
        Graph(
            [Node("Conv", "x w", "y", Attribute("pads", [1, 1, 1, 1]), Attribute("auto_pad", "NOTSET")), Node("LeakyRelu", "y", "z", Attribute("alpha", 0.1f))],
            [Filled("w", [2, 1, 3, 3])], [Value("x", -1, 1, 5, 7)], [Value("z", -1, 2, 5, 7)]),
        metadata: [("key", "value")]);

    [Fact]
    public void A_small_model_reads_back()
    {
        OnnxModel model = Open(Small());

        Assert.Equal(8, model.IrVersion);
        Assert.Equal(13, model.Opsets[""]);
        Assert.Equal("value", model.Metadata["key"]);
        Assert.Equal("tiny", model.Graph.Name);
        Assert.Equal("Conv 'y_node'", model.Graph.Nodes[0].ToString());
        Assert.Equal("x w", string.Join(' ', model.Graph.Nodes[0].Inputs));
        Assert.Equal([1, 1, 1, 1], Assert.IsType<IntegersAttribute>(model.Graph.Nodes[0].Attributes[0]).Values.ToArray());
        Assert.Equal(new TextAttribute("auto_pad", "NOTSET"), model.Graph.Nodes[0].Attributes[1]);
        Assert.Equal(new FloatAttribute("alpha", 0.1f), model.Graph.Nodes[1].Attributes[0]);
        Assert.Equal("'w' Float32 [2, 1, 3, 3]", model.Graph.Initializers[0].ToString());
        Assert.Equal("'x' [N, 1, 5, 7]", model.Graph.Inputs[0].ToString());
        Assert.Null(model.Graph.Inputs[0].Shape);
    }

    [Fact]
    public void The_long_name_of_the_default_domain_is_the_empty_one()
    {
        byte[] model = Join(Varint(1, 8), Bytes(8, Opset("ai.onnx", 15)), Bytes(7, Graph([])));
        Assert.Equal(15, Open(model).Opsets[""]);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_or_read_but_never_fails_otherwise()
    {
        byte[] whole = Small();
        string path = Write([0]);
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            try
            {
                using OnnxModel model = OnnxModel.Open(path);
            }
            catch (ModelFormatException)
            {
                refused++;
            }
        }
        Assert.True(refused > whole.Length - 10, $"only {refused} of {whole.Length} cuts were refused");
    }

    [Fact]
    public void A_file_with_any_byte_changed_is_refused_or_read_but_never_fails_otherwise()
    {
        byte[] whole = Small();
        string path = Write([0]);
        int read = 0, refused = 0;
        foreach (byte mask in (byte[])[0x01, 0x07, 0x80, 0xFF])
        {
            for (int at = 0; at < whole.Length; at++)
            {
                whole[at] ^= mask;
                File.WriteAllBytes(path, whole);
                whole[at] ^= mask;
                try
                {
                    using OnnxModel model = OnnxModel.Open(path);
                    ImportedGraph graph = new OnnxImporter(model).Bind(new Tensor(new Input(new Shape(2, 1, 5, 7), "x")));
                    foreach (OnnxValue output in model.Graph.Outputs) _ = graph[output.Name];
                    read++;
                }
                catch (ModelFormatException refusal)
                {
                    Assert.Contains("tiny.onnx", refusal.Message, StringComparison.Ordinal);
                    refused++;
                }
                catch (ArgumentException wrongRank) when (wrongRank.Message.Contains("dimensions; got [2, 1, 5, 7]", StringComparison.Ordinal))
                {
                    refused++;
                }
            }
        }
        // Names, versions and weights may be others; most of the rest is structure.
        Assert.True(read > whole.Length / 2 && refused > whole.Length, $"{read} read, {refused} refused of {4 * whole.Length}");
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var failure = Assert.Throws<ModelFormatException>(() => OnnxModel.Open("no/such/model.onnx"));
        Assert.Equal("'no/such/model.onnx' does not exist; check the path of the model.", failure.Message);
    }

    [Fact]
    public void A_folder_is_refused() =>
        Assert.EndsWith("is a folder; expected an ONNX model file (.onnx).", Assert.Throws<ModelFormatException>(() => OnnxModel.Open(Path.GetTempPath())).Message, StringComparison.Ordinal);

    [Fact]
    public void An_empty_file_is_refused() =>
        Assert.EndsWith("is empty; expected an ONNX model, so export or download it again.", Refused([]).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Hello, world. This is no model.\n", "a text file")]
    [InlineData("<!DOCTYPE html><html><body>404</body></html>", "a text file")]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0", "a Git LFS pointer, not the model itself (run 'git lfs pull')")]
    [InlineData("PK\u0003\u0004archive/data.pkl", "a ZIP archive (a PyTorch or Keras file perhaps; export it to ONNX first)")]
    public void A_file_of_another_kind_is_recognized(string content, string kind)
    {
        string message = Refused(System.Text.Encoding.ASCII.GetBytes(content)).Message;
        Assert.EndsWith($"is {kind}; expected an ONNX model (.onnx).", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_PNG_is_recognized() =>
        Assert.Contains("is a PNG image; expected", Refused([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]).Message, StringComparison.Ordinal);

    [Property(MaxTest = 200, EndSize = 300)]
    public void Random_bytes_are_refused(NonEmptyArray<byte> bytes) => Refused(bytes.Get);

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "the model has no graph", Join(Varint(1, 8), Bytes(8, Opset("", 13))) },
        { "the model has two graphs", Join(Model(Graph([])), Bytes(7, Graph([]))) },
        { "the model imports no operator set", Join(Varint(1, 8), Bytes(7, Graph([]))) },
        { "the model states the IR version nowhere", Join(Bytes(8, Opset("", 13)), Bytes(7, Graph([]))) },
        { "the model stores field 1 as Bytes, where ONNX has Varint", Join(Text(1, "8"), Model(Graph([]))) },
        { "the model stores field 7 as Varint, where ONNX has Bytes", Join(Varint(1, 8), Varint(7, 3)) },
        { "the model has a field numbered 0", [0x00, 0x01] },
        { "the model has a field of wire type 3", [0x0B, 0x00] },
        { "the model has a number of more than 64 bits", [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F] },
        { "the model ends inside a number (a truncated file)", [0x08, 0xFF] },
        { "the model has a field 7 of 100 bytes, of which only 1 are there (a truncated file)", [0x3A, 100, 0] },
        { "the graph has a field 1 of 9 bytes, of which only 0 are there", Model([0x0A, 9]) },
        { "node 0 names no operator", Model(Graph([Text(1, "x")])) },
        { "node 0 has a name that is not UTF-8 text", Model(Graph([Bytes(4, [0xC3, 0x28])])) },
        { "node 0 has a name of 5000 bytes, where at most 4096 are accepted", Model(Graph([Text(4, new string('n', 5000))])) },
        { "node 0, attribute 0 has no name", Model(Graph([Node("Relu", "x", "y", Varint(3, 1))])) },
        { "node 0, attribute 0 ('alpha') says it holds Integer but holds Float", Model(Graph([Node("Relu", "x", "y", Join(Text(1, "alpha"), Float(2, 1), Varint(20, 2)))])) },
        { "node 0, attribute 0 has more than one value", Model(Graph([Node("Relu", "x", "y", Join(Text(1, "alpha"), Float(2, 1), Varint(3, 2)))])) },
        { "node 0, attribute 0 has the type 99", Model(Graph([Node("Relu", "x", "y", Join(Text(1, "alpha"), Varint(20, 99)))])) },
        { "node 0, attribute 0 has a text of 1048577 bytes, where at most 1048576 are accepted", Model(Graph([Node("Relu", "x", "y", Attribute("a", new string('t', (1 << 20) + 1)))])) },
        { "graph input 0 has no name", Model(Graph([], inputs: [Bytes(2, [])])) },
        { "graph input 0, type has more than 8 dimensions", Model(Graph([], inputs: [Value("x", 1, 1, 1, 1, 1, 1, 1, 1, 1)])) },
        { "the model has the metadata property 'k' twice", Model(Graph([]), metadata: [("k", "1"), ("k", "2")]) },
    };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused_with_the_place(string expected, byte[] bytes)
    {
        ModelFormatException failure = Refused(bytes);
        Assert.Contains($"is not a sound ONNX model: {expected}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("tiny.onnx", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("; export or download the file again.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ModelFault.Malformed, failure.Fault);
    }

    [Fact]
    public void Sub_graphs_are_kept_by_name_only()
    {
        byte[] graph = Graph([Node("Relu", "x", "y")]);
        for (int depth = 0; depth < 20; depth++)
            graph = Graph([Node("If", "x", "y", Join(Text(1, "then_branch"), Bytes(6, graph), Varint(20, 5)))]);
        Assert.Equal("a sub-graph", Assert.IsType<OtherAttribute>(Open(Model(graph)).Graph.Nodes[0].Attributes[0]).Content);
    }

    [Fact]
    public void Control_characters_of_a_file_do_not_reach_the_message()
    {
        var failure = Assert.Throws<ModelFormatException>(() => new OnnxImporter(Open(Model(Graph([Node("Relu", "\u001b[2J", "y")])))));
        Assert.Contains(@"reads '\u001B[2J'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Negative_declared_extents_are_open_ones()
    {
        byte[] shape = Bytes(1, Varint(1, -1));
        byte[] input = Join(Text(1, "x"), Bytes(2, Bytes(1, Join(Varint(1, 1), Bytes(2, shape)))));
        Assert.Equal("'x' [?]", Open(Model(Graph([], inputs: [input]))).Graph.Inputs[0].ToString());
    }
}
