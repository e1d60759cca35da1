using System.Runtime.InteropServices;
using System.Text.Json;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Tests.Onnx;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Cli.Tests;

public sealed class ImportTests : CommandTests
{
    private static readonly float[] Weights = [.. Enumerable.Range(0, 4 * 3 * 5 * 5 * 8).Select(i => MathF.Sin(i))];

    // Weights in another file, one as an input too; a function; a half-precision weight; text; a sub-graph that nothing needs; a property.
    private byte[] Untidy()
    {
        Directory.CreateDirectory(At("data"));
        File.WriteAllBytes(At("data/weights.bin"), [.. new byte[64], .. MemoryMarshal.AsBytes(Weights.AsSpan())]);
        byte[] far = Join(TensorHead("w", 1, [32, 3, 5, 5]), OnnxBytes.Bytes(13, Join(Text(1, "location"), Text(2, "data/weights.bin"))), OnnxBytes.Bytes(13, Join(Text(1, "offset"), Text(2, "64"))), Varint(14, 1));
        byte[] half = Raw("b", 10, [1], [.. BitConverter.GetBytes((Half)0.25f)]);
        byte[] function = OnnxBytes.Bytes(25, Join(Text(1, "Act"), Text(4, "a"), Text(5, "b"), OnnxBytes.Bytes(7, Node("LeakyRelu", "a", "b", Join(Text(1, "alpha"), Varint(20, 1), Text(21, "slope")))), Text(6, "slope"), OnnxBytes.Bytes(9, Opset("", 13)), Text(10, "own")));
        byte[][] nodes =
        [
            Node("Conv", "data w", "/body/body.0/Conv_output_0"), Node("Add", "/body/body.0/Conv_output_0 b", "/body/body.1/Add_output_0"),
            Node("own", "Act", "/body/body.1/Add_output_0", "/body/body.2/Act_output_0", [Attribute("slope", 0.125f)]),
            Node("Mul", "/body/body.2/Act_output_0 c", "out"), Node("Constant", "", "c", TensorAttribute("value", Tensor("", [], 2))),
        ];
        byte[] model = Model(Graph([nodes[4], nodes[0], nodes[1], nodes[2], nodes[3]], [far, half, Join(TensorHead("names", 8, [1]), Text(6, "cat"))],
            [Value("w", 32, 3, 5, 5), Value("data", -1, 3, 9, 11)], [Value("out")]), irVersion: 3, metadata: ("z", "1"));
        return Join(model, OnnxBytes.Bytes(8, Opset("own", 1)), function);
    }

    [Fact]
    public void One_file_holds_all_and_computes_the_same()
    {
        Write("untidy.onnx", Untidy());
        File.WriteAllText(At("labels.txt"), "cat\ndog\n");
        Directory.CreateDirectory(At("clean"));
        Result result = Run("import", At("untidy.onnx"), "-o", At("clean/clean.onnx"), "--preprocess", "imagenet", "--labels", At("labels.txt"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal((new FileInfo(At("clean/clean.onnx")).Length, 2, 3),
            (result.Json.GetProperty("bytes").GetInt64(), result.Json.GetProperty("labels").GetInt32(), result.Json.GetProperty("aliases").GetInt32()));

        using OnnxModel clean = OnnxModel.Open(At("clean/clean.onnx"));
        Assert.False(clean.HasExternalData);
        Assert.Equal("data", Assert.Single(clean.Graph.Inputs).Name);
        Assert.Equal(["Constant", "Conv", "Add", "LeakyRelu", "Mul"], clean.Graph.Nodes.Select(node => node.Operator));
        Assert.Equal([""], clean.Opsets.Keys);
        Assert.Equal(OnnxDataType.Float16, clean.Graph.Initializers[1].DataType);
        Assert.Equal("1", clean.Metadata["z"]);

        JsonElement about = Run("inspect", At("clean/clean.onnx"), "--json").Json;
        Assert.Equal(("imagenet", 2), (about.GetProperty("preprocessing").GetString(), about.GetProperty("labels").GetInt32()));
        Assert.Equal("body.2", about.GetProperty("layers")[2].GetProperty("alias").GetString());

        float[] x = [.. Enumerable.Range(0, 3 * 9 * 11).Select(i => MathF.Cos(i))];
        NpyFile.Write(At("x.npy"), new Shape(1, 3, 9, 11), x);
        Assert.Equal(0, Run("evaluate", At("untidy.onnx"), "--input", At("x.npy"), "--output", At("a.npy")).Code);
        Assert.Equal(0, Run("evaluate", At("clean/clean.onnx"), "--input", At("x.npy"), "--output", At("b.npy"), "--output", $"body.2={At("c.npy")}").Code);
        Assert.Equal(Bytes("a.npy"), Bytes("b.npy"));
    }

    [Fact]
    public void Importing_twice_gives_the_same_bytes_even_in_place()
    {
        Write("untidy.onnx", Untidy());
        Assert.Equal(0, Run("import", At("untidy.onnx"), "-o", At("a.onnx")).Code);
        byte[] first = Bytes("a.onnx");
        Assert.Equal(0, Run("import", At("a.onnx"), "-o", At("a.onnx")).Code);
        Assert.Equal(first, Bytes("a.onnx"));
    }

    [Fact]
    public void An_assumption_is_not_written_as_if_it_were_known()
    {
        Write("plain.onnx", TinyModel.Bytes(metadata: []));
        Result result = Run("import", At("plain.onnx"), "-o", At("out.onnx"));
        Assert.Contains("no preprocessing (the model states none; give it with --preprocess)", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("phosphene.preprocessing", File.ReadAllText(At("out.onnx")), StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_that_a_file_carries_must_be_of_its_layers()
    {
        Write("bad.onnx", TinyModel.Bytes(metadata: [("phosphene.aliases", """{"first":"conv9"}""")]));
        Fails(3, $"Model '{At("bad.onnx")}', metadata phosphene.aliases: names of layers by alias are expected, as a JSON object ('first' cannot stand for 'conv9'); import the model again.", Run("layers", At("bad.onnx")));
        Write("good.onnx", TinyModel.Bytes(metadata: [("phosphene.aliases", """{"first":"conv1"}""")]));
        Assert.StartsWith("ALIAS  LAYER", Run("layers", At("good.onnx")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_named_before_the_work() =>
        Fails(2, $"'{At("a.txt")}' is not the name of an ONNX file; models are written as ONNX, so give a name that ends in .onnx.", Run("import", At("tiny.onnx"), "-o", At("a.txt")));
}
