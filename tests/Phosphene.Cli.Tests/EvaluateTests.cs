using System.Text.Json;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Numerics;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Cli.Tests;

public sealed class EvaluateTests : CommandTests
{
    // out = relu(a·w), w [3, 2]; a [N, 3]
    private string Product() => Write("product.onnx", Model(Graph(
        [Node("MatMul", "a w", "product"), Node("Relu", "product", "out")], [Tensor("w", [3, 2], 1, -2, 3, -4, 5, -6)], [Value("a", -1, 3)], [Value("out", -1, 2)])));

    private string Array(string name, Shape shape, params float[] values)
    {
        NpyFile.Write(At(name), shape, values);
        return At(name);
    }

    private void Holds(string name, Shape shape, params float[] values)
    {
        (Shape found, float[] numbers) = NpyFile.Read(At(name));
        Assert.Equal(shape, found);
        Assert.Equal(values, numbers);
    }

    [Fact]
    public void Numbers_go_in_and_numbers_come_out()
    {
        Product();
        Array("x.npy", new Shape(2, 3), 1, 0, 2, -1, 1, 0);
        Result result = Run("evaluate", At("product.onnx"), "--input", At("x.npy"), "--output", At("y.npy"), "--output", $"product={At("p.npy")}", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Holds("y.npy", new Shape(2, 2), 11, 0, 2, 0);
        Holds("p.npy", new Shape(2, 2), 11, -14, 2, -2);
        Assert.Equal("""{"name":"product","shape":[2,2],"minimum":-14,"mean":-0.75,"maximum":11,"file":"FILE"}""",
            JsonSerializer.Serialize(result.Json.GetProperty("outputs")[1]).Replace(At("p.npy"), "FILE", StringComparison.Ordinal));
    }

    [Fact]
    public void Without_files_the_outputs_are_summed_up()
    {
        Product();
        Assert.Equal("""
            NAME  SHAPE   MIN  MEAN  MAX  FILE
            out   [1, 2]    0   5.5   11

            """, Run("evaluate", At("product.onnx"), "-i", Array("x.npy", new Shape(1, 3), 1, 0, 2)).Output);
    }

    [Fact]
    public void The_gradient_is_that_of_the_objective_averaged_over_the_batch()
    {
        Product();
        Array("x.npy", new Shape(2, 3), 1, 0, 2, -1, 0, 0);
        Result result = Run("evaluate", At("product.onnx"), "--input", $"a={At("x.npy")}", "--gradient", "out:0", At("dx.npy"), "--gradient", "2*product:1", At("dp.npy"), "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Holds("dx.npy", new Shape(2, 3), 0.5f, 1.5f, 2.5f, 0, 0, 0);         // the second image's ReLU is closed
        Holds("dp.npy", new Shape(2, 3), -2, -4, -6, -2, -4, -6);
        Assert.Equal(5.5, result.Json.GetProperty("gradients")[0].GetProperty("value").GetDouble());
    }

    [Fact]
    public void No_preprocessing_comes_between()
    {
        var random = new Random(5);
        float[] pixels = [.. Enumerable.Range(0, 3 * 24 * 32).Select(_ => random.NextSingle() * 300)];
        Array("x.npy", new Shape(1, 3, 24, 32), pixels);
        Assert.Equal(0, Run("evaluate", At("tiny.onnx"), "--input", At("x.npy"), "--output", $"conv1={At("c.npy")}").Code);
        Write("raw.onnx", TinyModel.Bytes(metadata: []));
        Assert.Equal(0, Run("evaluate", At("raw.onnx"), "--input", At("x.npy"), "--output", $"conv1={At("r.npy")}").Code);
        Assert.Equal(Bytes("r.npy"), Bytes("c.npy"));
    }

    [Fact]
    public void Several_inputs_go_by_their_names_which_may_hold_an_equals_sign()
    {
        Write("two.onnx", Model(Graph([Node("Sub", "a b=", "c=d")], [], [Value("a", 2), Value("b=", 2)], [Value("c=d", 2)])));
        string a = Array("a.npy", new Shape(2), 5, 7), b = Array("b.npy", new Shape(2), 1, 2);
        Assert.Equal(0, Run("evaluate", At("two.onnx"), "--input", $"a={a}", "--input", $"b=={b}", "--output", $"c=d={At("c.npy")}").Code);
        Holds("c.npy", new Shape(2), 4, 5);
        Fails(2, $"'{a}' names no input of '{At("two.onnx")}', which has 'a' [2], 'b=' [2]; give --input NAME=FILE.npy.", Run("evaluate", At("two.onnx"), "--input", a));
        Fails(3, $"'{At("two.onnx")}': Sub 'c=d_node' needs 'b=', which is an input that was not bound; choose a layer before it or export the model without it.",
            Run("evaluate", At("two.onnx"), "--input", $"a={a}"));
        Fails(2, "Input 'a' is given twice; give each input once.", Run("evaluate", At("two.onnx"), "--input", $"a={a}", "--input", $"a={a}"));
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Product();
        string x = Array("x.npy", new Shape(1, 3), 1, 0, 2), wide = Array("wide.npy", new Shape(1, 4), 1, 0, 2, 3), flat = Array("flat.npy", new Shape(3), 1, 0, 2);
        Assert.Equal(2, Run("evaluate", At("product.onnx"), "--input", wide).Code);
        Fails(2, $"Input 'a' [N, 3] of '{At("product.onnx")}' has 2 dimensions; got [3].", Run("evaluate", At("product.onnx"), "--input", flat));
        Fails(4, $"Array '{At("no.npy")}' does not exist; check its path.", Run("evaluate", At("product.onnx"), "--input", At("no.npy")));
        Fails(4, $"Cannot read '{At("product.onnx")}': it is no .npy file; write one with numpy.save.", Run("evaluate", At("product.onnx"), "--input", At("product.onnx")));
        Fails(2, $"Layer 'produkt' does not exist; did you mean 'product'? 'phosphene layers --all {At("product.onnx")}' lists all 2.", Run("evaluate", At("product.onnx"), "--input", x, "--output", $"produkt={At("y.npy")}"));
        Fails(2, $"'{At("y.txt")}' is not the name of a NPY file; numbers are written as NumPy arrays, so give a name that ends in .npy.", Run("evaluate", At("product.onnx"), "--input", x, "--output", At("y.txt")));
        Fails(2, "--gradient takes an objective and a file; after 'out:0' the file is missing.", Run("evaluate", At("product.onnx"), "--input", x, "--gradient", "out:1", At("d.npy"), "out:0"));
    }
}
