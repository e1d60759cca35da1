using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Phosphene.Runtime.Onnx.Writing;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Phosphene.Runtime.Tests.Training;
using Phosphene.Runtime.Training;
using Xunit;

namespace Phosphene.Runtime.Tests.Onnx;

public sealed class ExportTests : ModelFiles
{
    private static readonly Window Uneven = new(3, 2, 2, 1, 1, 0, 0, 1);

    /// <summary>One graph for each operator that can be exported; those that say so hold for one batch size only.</summary>
    private static readonly Dictionary<string, Func<Sample, Tensor>> Cases = new()
    {
        ["relu"] = g => g.Input(2, 3, 4, 5).Relu(),
        ["leaky relu"] = g => g.Input(2, 7).LeakyRelu(0.2f),
        ["clip"] = g => g.Input(2, 7).Clip(-0.3f, 0.6f),
        ["clip from below"] = g => g.Input(2, 7).Clip(0.1f, float.PositiveInfinity),
        ["sigmoid"] = g => g.Input(2, 7).Sigmoid(),
        ["tanh"] = g => g.Input(2, 7).Tanh(),
        ["exponential"] = g => g.Input(2, 7).Exp(),
        ["logarithm"] = g => g.Input([2, 7], 0.5, 2).Log(),
        ["square root"] = g => g.Input([2, 7], 0.5, 2).Sqrt(),
        ["absolute"] = g => g.Input(2, 7).Abs(),
        ["sign"] = g => g.Input(2, 7).Sign(),
        ["sine"] = g => g.Input(2, 7).Sin(),
        ["cosine"] = g => g.Input(2, 7).Cos(),
        ["scale"] = g => 3f * g.Input(2, 7),
        ["offset"] = g => g.Input(2, 7) + 0.5f,
        ["negative"] = g => -g.Input(2, 7),
        ["one minus"] = g => 1f - g.Input(2, 7),
        ["power"] = g => g.Input(2, 7).Pow(3),
        ["softmax"] = g => g.Input(2, 7).Softmax(1),
        ["log softmax"] = g => g.Input(2, 7, 3).LogSoftmax(1),
        ["lrn"] = g => new Tensor(new Lrn(5, 3, 0.75f, 1), g.Input(2, 7, 2, 3)),
        ["add"] = g => g.Input(2, 3, 5) + g.Input(2, 3, 5),
        ["add a constant"] = g => g.Input(2, 3, 4, 5) + g.Constant(3, 1, 1),
        ["subtract"] = g => g.Input(2, 3) - g.Input(2, 3),
        ["multiply"] = g => g.Input(2, 3) * g.Input(2, 3),
        ["divide"] = g => g.Input(2, 3) / g.Input([2, 3], 1, 2),
        ["maximum"] = g => Tensor.Max(g.Input(2, 3), g.Input(2, 3)),
        ["minimum"] = g => Tensor.Min(g.Input(2, 3), g.Input(2, 3)),
        ["flatten"] = g => g.Input(2, 3, 4, 5).Reshape(new Shape(2, 60)),
        ["reshape of each image"] = g => g.Input(2, 12).Reshape(new Shape(2, 3, 1, 4)),
        ["reshape across images, one batch size"] = g => g.Input(2, 12).Reshape(new Shape(4, 3, 2)),
        ["broadcast, one batch size"] = g => g.Input(2, 3, 1).BroadcastTo(new Shape(2, 3, 5)),
        ["transpose"] = g => g.Input(2, 3, 4, 5).Transpose(0, 2, 3, 1),
        ["slice"] = g => g.Input(2, 7, 3).Slice(1, 1, 3, 2),
        ["slice of images, one batch size"] = g => g.Input(4, 3).Slice(0, 1, 2),
        ["concat"] = g => Tensor.Concat(1, g.Input(2, 3, 4), g.Input(2, 1, 4)),
        ["pad"] = g => g.Input(1, 2, 3, 4).Pad(1, 2, 3, 0, 5),
        ["reflecting pad"] = g => new Tensor(new Pad([0, 0, 2, 1], [0, 0, 1, 3], PadMode.Reflect), g.Input(1, 2, 3, 4)),
        ["edge pad"] = g => new Tensor(new Pad([0, 0, 2, 1], [0, 0, 1, 3], PadMode.Edge), g.Input(1, 2, 3, 4)),
        ["sum"] = g => g.Input(2, 3, 4, 5).SumOver(1, 3),
        ["mean"] = g => g.Input(2, 3, 4, 5).MeanOver(2, 3),
        ["max"] = g => g.Input(2, 3, 4).MaxOver(1),
        ["sum over the batch, one batch size"] = g => g.Input(2, 3).SumOver(0),
        ["matrix product"] = g => g.Input(2, 5).MatMul(g.Constant(5, 4)),
        ["matrix product, transposed"] = g => g.Input(2, 5).MatMul(g.Constant(4, 5), transposeOther: true),
        ["matrix product and bias"] = g => g.Input(2, 5).MatMul(g.Constant(4, 5), transposeOther: true) + g.Constant(4),
        ["products of a batch"] = g => g.Input(2, 3, 5).MatMul(g.Input(2, 5, 4)),
        ["convolution"] = g => g.Input(2, 3, 6, 8).Conv2D(g.Constant(4, 3, 3, 2), g.Constant(4), Uneven),
        ["convolution, dilated, in groups"] = g => g.Input(2, 4, 9, 8).Conv2D(g.Constant(6, 2, 3, 3), null, new Window(3, 3, 1, 1, 2, 1, 2, 1, 2, 1), groups: 2),
        ["max pool"] = g => g.Input(2, 3, 5, 8).MaxPool(Uneven),
        ["average pool"] = g => g.Input(2, 3, 5, 8).AveragePool(Uneven),
        ["average pool, padding counts, ceil"] = g => new Tensor(new AveragePool2D(new Window(3, 3, 2, 2, 1, 1, 2, 2), true, 1, 1), g.Input(2, 3, 6, 8)),
        ["upsampling"] = g => new Tensor(new Upsample2D(2, 3), g.Input(2, 3, 4, 5)),
        ["stopped gradient"] = g => g.Input(2, 3).StopGradient().Exp(),
    };

    public static TheoryData<string> CaseNames => [.. Cases.Keys];

    [Theory, MemberData(nameof(CaseNames))]
    public void An_exported_operator_computes_the_same_bytes_when_imported(string name)
    {
        var given = new Sample();
        Tensor y = Cases[name](given);
        OnnxModel model = Open(new OnnxExport("one", y).ToBytes().ToArray());
        var importer = new OnnxImporter(model);
        Assert.All(importer.Inputs.Concat(importer.Outputs), value => Assert.Equal(!name.Contains("one batch size", StringComparison.Ordinal), value.ToString().Contains("[N", StringComparison.Ordinal)));
        Dictionary<string, Tensor> inputs = given.Values.Keys.ToDictionary(input => ((Input)input.Operator).Name);
        Tensor imported = importer.Bind(inputs)[Assert.Single(importer.Outputs).Name];
        Assert.Equal(y.Shape, imported.Shape);
        float[][] values = Compare.Run(given, [y, imported]);
        Assert.Equal(values[0], values[1]);
    }

    [Fact]
    public void Exporting_what_was_imported_gives_the_same_file()
    {
        var trained = new TrainableModel("stripes", seed: 1);
        TrainableLayer logits = SmallTraining.Classifier(trained.Input("image", 2, 3, 8, 12));
        byte[] first = new OnnxExport("stripes", logits, logits.Softmax()) { Metadata = [new("a", "1"), new("b", "2")] }.ToBytes().ToArray();
        var importer = new OnnxImporter(Open(first));
        ImportedGraph graph = importer.Bind(new Tensor(new Input(new Shape(5, 3, 8, 12), "image")) { Name = "image" });
        byte[] second = new OnnxExport("stripes", graph["logits"], graph["logits/softmax"]) { Metadata = importer.Model.Metadata.OrderBy(entry => entry.Key) }.ToBytes().ToArray();
        Assert.Equal(first, second);                                     // though it was bound to another batch size
    }

    [Fact]
    public void A_trained_model_gives_the_same_bytes_from_its_file()
    {
        var trained = new TrainableModel("stripes", seed: 1);
        using (Trainer trainer = SmallTraining.Start(trained, SmallTraining.Settings(5))) trainer.Run();
        TrainableLayer logits = SmallTraining.Classifier(trained.Input("image", 1, 3, 8, 12));
        string path = Write([]);
        new OnnxExport("stripes", logits).Write(path);
        using OnnxModel model = OnnxModel.Open(path);
        var given = new Sample();
        Tensor image = given.Input(3, 3, 8, 12), fromFile = new OnnxImporter(model).Bind(image)["logits"], direct = SmallTraining.Classifier(trained.On(image));
        float[][] values = Compare.Run(given, [direct, fromFile]);
        Assert.Equal(values[0], values[1]);
    }

    [Fact]
    public void Layers_carry_readable_names()
    {
        var trained = new TrainableModel("stripes", seed: 1);
        TrainableLayer logits = SmallTraining.Classifier(trained.Input("image", 1, 3, 8, 12));
        OnnxModel model = Open(new OnnxExport("stripes", logits) { Documentation = "Stripes.", Metadata = [new("phosphene.preprocessing", "unit")] }.ToBytes().ToArray());
        Assert.Equal(["conv1 Conv", "conv1/relu Relu", "conv1/pool MaxPool", "conv2 Conv", "conv2/relu Relu", "conv2/pool AveragePool", "conv2/flatten Flatten", "dense1 Gemm", "dense1/relu Relu", "logits Gemm"],
            new OnnxImporter(model).Layers.Select(layer => $"{layer.Name} {layer.Operator}"));
        Assert.Equal(["conv1/weight", "conv1/bias", "conv2/weight", "conv2/bias", "dense1/weight", "dense1/bias", "logits/weight", "logits/bias"], model.Graph.Initializers.Select(tensor => tensor.Name));
        Assert.Equal(("'image' [N, 3, 8, 12]", "'logits' [N, 4]"), (model.Graph.Inputs[0].ToString(), model.Graph.Outputs[0].ToString()));
        Assert.Equal((8, 13), (model.IrVersion, model.Opsets[""]));
        Assert.StartsWith("phosphene ", model.Producer, StringComparison.Ordinal);
        Assert.Equal("unit", model.Metadata["phosphene.preprocessing"]);
    }

    [Fact]
    public void Unnamed_tensors_and_second_ones_of_a_name_are_numbered()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3), a = new(new Sine(), x) { Name = "a" }, b = new(new Cosine(), a.Exp()) { Name = "a" };
        OnnxModel model = Open(new OnnxExport("names", b.Exp()).ToBytes().ToArray());
        Assert.Equal(["a", "Exponential_1", "a_2", "Exponential_2"], model.Graph.Nodes.Select(node => node.Outputs[0]));
    }

    [Fact]
    public void An_operator_without_a_form_in_ONNX_is_named()
    {
        var given = new Sample();
        Tensor gradient = new(new ReluGradient(), given.Input(2, 3), given.Input(2, 3)) { Name = "mask" };
        Assert.Equal("ReluGradient 'mask' [2, 3] has no form in ONNX, so the model cannot be exported through it; export a tensor before it.",
            Assert.Throws<NotSupportedException>(() => new OnnxExport("any", gradient.Exp()).ToBytes()).Message);
    }

    [Fact]
    public void Two_inputs_of_one_name_are_refused()
    {
        Tensor a = new(new Input(new Shape(1, 2), "x")), b = new(new Input(new Shape(1, 2), "x"));
        Assert.Contains("Two inputs", Assert.Throws<ArgumentException>(() => new OnnxExport("any", a + b).ToBytes()).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new OnnxExport("any").ToBytes());
    }

    [Fact]
    public void A_model_of_convolutions_may_have_open_sides_and_others_are_refused()
    {
        TrainableLayer image = new TrainableModel("m", seed: 1).Input("image", 2, 3, 6, 7), kept = image.Conv("conv", 3, kernel: 3).Relu().Add("sum", image);
        OnnxModel model = Open(new OnnxExport("m", kept) { HasOpenSides = true }.ToBytes().ToArray());
        Assert.Equal(("'image' [N, 3, H, W]", "'sum' [N, 3, H, W]"), (model.Graph.Inputs[0].ToString(), model.Graph.Outputs[0].ToString()));
        Assert.Equal(new Shape(1, 3, 9, 4), new OnnxImporter(model).Bind(new Tensor(new Input(new Shape(1, 3, 9, 4), "image")))["sum"].Shape);
        foreach (Tensor bound in new Tensor[] { image.MaxPool(2), image.Conv("strided", 3, kernel: 3, stride: 2), image.Flatten(), image.Then("map", x => x + Tensor.Constant(new Shape(6, 7), new float[42])) })
            Assert.Contains("holds for images of this height and width alone", Assert.Throws<NotSupportedException>(() => new OnnxExport("m", bound) { HasOpenSides = true }.ToBytes()).Message, StringComparison.Ordinal);
    }
}
