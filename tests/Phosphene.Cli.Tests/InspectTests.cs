using System.Text.Json;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Cli.Tests;

public sealed class InspectTests : CommandTests
{
    private static byte[] WithDraws() => Model(
        Graph(
        [
            Node("Conv", "data w", "conv"), Node("Relu", "conv", "relu"), Node("Sign", "relu", "sign"), Node("Reshape", "relu s", "rows"),
            Node("Bernoulli", "rows", "drawn", Attribute("seed", 2f)), Node("Bernoulli", "drawn", "again"), Node("Relu", "again", "end"),
        ],
        [Filled("w", [4, 3, 3, 3]), Integers("s", 8, 1, 6)], [Value("data", -1, 3, 4, 8)], [Value("end")]),
        opset: 14, metadata: [("phosphene.preprocessing", "imagenet"), ("phosphene.labels", "cat\ndog")]);

    [Fact]
    public void A_model_is_described_layer_by_layer()
    {
        JsonElement about = Run("inspect", At("tiny.onnx"), "--size", "24x32", "--json").Json;
        Assert.Equal("""[{"name":"data","type":"Float32","shape":["N",3,"N","N"]}]""", JsonSerializer.Serialize(about.GetProperty("inputs")));
        Assert.Equal("""{"ai.onnx":13}""", JsonSerializer.Serialize(about.GetProperty("opsets")));
        Assert.Equal("[[1,3,24,32]]", JsonSerializer.Serialize(about.GetProperty("shapesFor")));
        Assert.Equal(16 * 27 + 16 + 20 * 16 * 9, about.GetProperty("weights").GetInt32());
        Assert.Equal("""{"name":"conv1","alias":null,"op":"Conv","node":"conv1_node","shape":[1,16,22,30],"operations":570240,"gradientReachesInput":true,"supported":true}""",
            JsonSerializer.Serialize(about.GetProperty("layers")[0]));       // 2 · 3·3·3 · 16·22·30
        Assert.Equal(2.0 * 27 * 16 * 22 * 30 + 2.0 * 144 * 20 * 9 * 13, about.GetProperty("operations").GetDouble());
        Assert.True(about.GetProperty("gradientReachesInput").GetBoolean());
        Assert.Equal(("signed", 0, 0), (about.GetProperty("preprocessing").GetString(), about.GetProperty("missing").GetArrayLength(), about.GetProperty("problems").GetArrayLength()));
    }

    [Fact]
    public void What_is_missing_is_named_with_operator_version_node_number_and_advice()
    {
        Write("drawn.onnx", WithDraws());
        JsonElement about = Run("inspect", At("drawn.onnx"), "--json").Json;
        Assert.Equal("""[{"operator":"Bernoulli","domain":"ai.onnx","opset":14,"node":"drawn_node","count":2,"advice":"choose a layer before the first of them or export the model without this operator"}]""",
            JsonSerializer.Serialize(about.GetProperty("missing")));
        JsonElement problem = Assert.Single(about.GetProperty("problems").EnumerateArray());
        Assert.Equal(3, problem.GetProperty("layers").GetInt32());
        Assert.Contains("operator Bernoulli (ai.onnx, version 14) of node 'drawn_node' is not supported; the model has 2 such nodes", problem.GetProperty("reason").GetString(), StringComparison.Ordinal);
        JsonElement[] layers = [.. about.GetProperty("layers").EnumerateArray()];
        Assert.Equal([true, true, false, true, false, false, false], layers.Select(layer => layer.GetProperty("gradientReachesInput").GetBoolean()));
        Assert.Equal((2, "imagenet"), (about.GetProperty("labels").GetInt32(), about.GetProperty("preprocessing").GetString()));

        string text = Run("inspect", At("drawn.onnx")).Output;
        Assert.Contains("\nmissing        operator Bernoulli (ai.onnx, version 14): 2 nodes, the first 'drawn_node'; choose a layer before the first of them or export the model without this operator\n", text, StringComparison.Ordinal);
        Assert.Contains("format         IR version 8, operator set ai.onnx 14\n", text, StringComparison.Ordinal);
        Assert.Matches(@"\ndrawn +Bernoulli +- +not supported\n", text);
        Assert.Contains("no gradient\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_in_nodes_are_weights_too()
    {
        byte[][] nodes = [Node("Constant", "", "w", TensorAttribute("value", Filled("", [4, 3, 3, 3]))), Node("Conv", "data w", "conv")];
        Write("constants.onnx", Model(Graph(nodes, [Filled("unused", [5])], [Value("data", -1, 3, 4, 8)], [Value("conv")])));
        Assert.Equal(108 + 5, Run("inspect", At("constants.onnx"), "--json").Json.GetProperty("weights").GetInt32());
    }

    [Theory]
    [InlineData(19, "there are 19 labels for the 20 classes of model '{0}': classes from 19 on have none, and names may be of other classes than they stand by. One label a line is expected, class 0 first.")]
    [InlineData(21, "there are 21 labels for the 20 classes of model '{0}': names may be of other classes than they stand by. One label a line is expected, class 0 first.")]
    [InlineData(20, null)]
    public void More_or_fewer_labels_than_classes_are_told(int labels, string? expected)
    {
        File.WriteAllLines(At("labels.txt"), Enumerable.Range(0, labels).Select(i => $"class {i}"));
        string? sentence = expected?.Replace("{0}", At("tiny.onnx"), StringComparison.Ordinal);
        string warning = sentence is null ? "" : $"phosphene: warning: {sentence}\n";
        string text = Run("inspect", At("tiny.onnx"), "--labels", At("labels.txt")).Output;
        Assert.Equal(sentence is not null, text.Contains($"problem        {sentence ?? "there are"}", StringComparison.Ordinal));
        Run("render", At("tiny.onnx"), "relu2:7", "-o", At("a.png"), "--size", "24x32", "--transforms", "none", "--steps", "1");
        Assert.Equal(warning, Run("classify", At("tiny.onnx"), At("a.png"), "--labels", At("labels.txt")).Error);
        Assert.Equal(warning, Run("render", At("tiny.onnx"), "logit('class 3')", "-o", At("b.png"), "--size", "24x32", "--transforms", "none", "--steps", "1", "--labels", At("labels.txt")).Error);
        Assert.Equal("", Run("render", At("tiny.onnx"), "relu2:7", "-o", At("b.png"), "--size", "24x32", "--transforms", "none", "--steps", "1", "--labels", At("labels.txt")).Error);
    }

    [Fact]
    public void A_layer_before_what_is_missing_can_still_be_rendered()
    {
        Write("drawn.onnx", WithDraws());
        Assert.Equal(0, Run("render", At("drawn.onnx"), "relu:3", "-o", At("a.png"), "--size", "4x8", "--steps", "2", "--transforms", "none").Code);
        Fails(3, $"'{At("drawn.onnx")}': operator Bernoulli (ai.onnx, version 14) of node 'drawn_node' is not supported; the model has 2 such nodes, so choose a layer before the first of them or export the model without this operator.",
            Run("render", At("drawn.onnx"), "end:0", "-o", At("b.png"), "--size", "4x8", "--steps", "2", "--transforms", "none"));
    }

    [Fact]
    public void Networks_that_cannot_be_visualized_are_described_all_the_same()
    {
        Write("two.onnx", Model(Graph([Node("Add", "a b", "c")], [], [Value("a", 2, 3), Value("b", 2, 3)], [Value("c", 2, 3)])));
        JsonElement about = Run("inspect", At("two.onnx"), "--json").Json;
        Assert.Contains("one input of images is expected, such as [N, 3, H, W]", about.GetProperty("obstacle").GetString(), StringComparison.Ordinal);
        Assert.Equal("[2,3]", JsonSerializer.Serialize(about.GetProperty("layers")[0].GetProperty("shape")));

        Write("new.onnx", Model(Graph([Node("Relu", "data", "y")], [], [Value("data", 1, 3, 8, 8)], [Value("y")]), opset: 99));
        about = Run("inspect", At("new.onnx"), "--json").Json;
        Assert.Contains("uses ONNX operator set 99", about.GetProperty("problems")[0].GetProperty("reason").GetString(), StringComparison.Ordinal);

        Write("huge.onnx", Model(Graph([Node("Relu", "data", "y")], [], [Value("data", 1, 3, int.MaxValue, int.MaxValue)], [Value("y")])));
        Assert.Contains("where at most 2147483647 are possible", Run("inspect", At("huge.onnx")).Output, StringComparison.Ordinal);
        Assert.Equal(3, Run("layers", At("huge.onnx")).Code);
    }

    [Fact]
    public void A_broken_node_ends_with_its_name()
    {
        Write("bad.onnx", Model(Graph([Node("LeakyRelu", "data", "y", Attribute("alpha", 3L))], [], [Value("data", 1, 3, 8, 8)], [Value("y")])));
        Fails(3, $"'{At("bad.onnx")}': LeakyRelu 'y_node' has the attribute alpha as an integer, where a float is expected; export the model again or report it to its maker.", Run("inspect", At("bad.onnx")));
    }

    [Fact]
    public void Exporter_names_have_aliases_that_stand_for_them()
    {
        Write("torch.onnx", Model(Graph(
            [Node("Conv", "data w", "/body/body.0/Conv_output_0"), Node("Relu", "/body/body.0/Conv_output_0", "/body/body.1/Relu_output_0"), Node("Neg", "/body/body.1/Relu_output_0", "out")],
            [Filled("w", [4, 3, 3, 3])], [Value("data", -1, 3, 8, 8)], [Value("out")])));
        Assert.Equal("""
            ALIAS   LAYER                       OPERATOR  SHAPE
            body.0  /body/body.0/Conv_output_0  Conv      [1, 4, 6, 6]
            body.1  /body/body.1/Relu_output_0  Relu      [1, 4, 6, 6]
                    out                         Neg       [1, 4, 6, 6]

            """, Run("layers", At("torch.onnx")).Output);
        string[] common = ["--size", "8", "--steps", "2", "--transforms", "none", "--seed", "3"];
        Assert.Equal(0, Run(["render", At("torch.onnx"), "body.0:3", "-o", At("alias.png"), .. common]).Code);
        Assert.Equal(0, Run(["render", At("torch.onnx"), "/body/body.0/Conv_output_0:3", "-o", At("full.png"), .. common]).Code);
        Assert.True(Picture("alias.png").Bytes.SequenceEqual(Picture("full.png").Bytes));
        Assert.Contains("Layer 'body.2' does not exist; did you mean 'body.0' or 'body.1'?", Run(["render", At("torch.onnx"), "body.2:3", "-o", At("c.png"), .. common]).Error, StringComparison.Ordinal);
        Assert.Equal(0, Run("bench", At("torch.onnx"), "--layer", "body.1", "--steps", "1").Code);
    }
}
