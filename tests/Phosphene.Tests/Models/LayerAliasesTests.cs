using Phosphene.Models;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class LayerAliasesTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    // The aliases of a chain of values, each named with the node's name behind a blank if it has one; "-" where there is none.
    private string[] Of(params string[] values)
    {
        string[][] names = [.. values.Select(value => value.Split(' '))];
        byte[] graph = [];
        string before = "x";
        foreach (string[] name in names)
        {
            graph = [.. graph, .. Field(1, [.. Text(1, before), .. Text(2, name[0]), .. Text(3, name.Length > 1 ? name[1] : ""), .. Text(4, "Relu")])];
            before = name[0];
        }
        graph = [.. graph, .. Field(11, [.. Text(1, "x")])];
        File.WriteAllBytes(_file, [0x08, 8, .. Field(8, [0x10, 13]), .. Field(7, graph)]);
        using OnnxModel model = OnnxModel.Open(_file);
        LayerAliases aliases = LayerAliases.Of(new OnnxImporter(model));
        foreach ((string alias, string name) in aliases.Names) Assert.Equal((name, alias), (aliases.Resolve(alias), aliases[name]));
        foreach (string[] name in names) Assert.Equal(name[0], aliases.Resolve(name[0]));
        return [.. names.Select(name => aliases[name[0]] ?? "-")];
    }

    [Fact]
    public void PyTorch_s_names_become_the_modules() => Assert.Equal(
        ["conv1", "layer3.0.relu", "layer3.0.conv2", "layer3.0.add", "layer3.0.relu_1", "features.1.conv.0.0", "flatten", "-"],
        Of("/conv1/Conv_output_0", "/layer3/layer3.0/relu/Relu_output_0", "/layer3/layer3.0/conv2/Conv_output_0", "/layer3/layer3.0/Add_output_0",
            "/layer3/layer3.0/relu_1/Relu_output_0", "/features/features.1/conv/conv.0/conv.0.0/Conv_output_0", "/Flatten_output_0", "output"));

    [Fact]
    public void The_last_value_of_a_module_has_its_name_and_the_others_their_operator_too() => Assert.Equal(
        ["ln.reducemean", "ln.sub", "ln.split.1", "ln"],
        Of("/ln/ReduceMean_output_0", "/ln/Sub_output_0", "/ln/Split_output_1", "/ln/Add_1_output_0"));

    [Fact]
    public void Keras_names_lose_the_model_s_and_the_operator_s() => Assert.Equal(
        ["conv1.biasadd", "conv1", "block.add", "pool"],
        Of("StatefulPartitionedCall/net/conv1/BiasAdd:0", "StatefulPartitionedCall/net/conv1/Relu:0", "StatefulPartitionedCall/net/block.add/add:0", "StatefulPartitionedCall/net/pool/Mean:0"));

    [Fact]
    public void Numbers_take_the_name_of_their_node() => Assert.Equal(["relu_1", "-", "conv_3"], Of("12 Relu_1", "13", "onnx::Conv_3 c"));

    [Fact]
    public void Outputs_with_names_of_their_own_take_the_module_from_the_node() => Assert.Equal(["fc", "head.add", "head"], Of("49 /fc/Gemm", "scores /head/Add", "output /head/Softmax"));

    [Fact]
    public void Names_that_people_gave_have_none() => Assert.Equal(
        ["-", "-", "-", "-"], Of("inception_4c/output", "conv2/3x3_reduce", "relu", "block:0"));

    [Fact]
    public void A_path_that_reads_as_a_number_keeps_its_operator() => Assert.Equal(["0.conv", "1.relu"], Of("/0/Conv_output_0", "/1/Relu_output_0"));

    [Fact]
    public void A_name_that_is_taken_is_numbered() => Assert.Equal(["-", "-", "a_3"], Of("a", "a_2", "/a/Relu_output_0"));

    [Fact]
    public void Modules_that_hold_modules_keep_their_operators() => Assert.Equal(["a.relu", "a.b.relu", "a.b"], Of("/a/Relu_output_0", "/a.b/Relu_output_0", "/a/b/Relu_output_0"));

    private static byte[] Text(int field, string text) => Field(field, System.Text.Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] content)
    {
        var bytes = new List<byte> { (byte)((field << 3) | 2) };
        int length = content.Length;
        for (; length >= 0x80; length >>= 7) bytes.Add((byte)(length | 0x80));
        return [.. bytes, (byte)length, .. content];
    }
}
