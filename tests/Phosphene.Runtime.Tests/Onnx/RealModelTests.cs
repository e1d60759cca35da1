using System.Text.Json;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;

namespace Phosphene.Runtime.Tests.Onnx;

public sealed class RealModelTests
{
    private static Tensor Image(params ReadOnlySpan<int> extents) => new(new Input(new Shape(extents), "image"));

    [SharedTheory]
    [InlineData("bvlc_googlenet", 224)]
    [InlineData("squeezenet1.1", 227)]
    public void Every_layer_has_the_shape_of_the_reference(string network, int size)
    {
        using OnnxModel model = OnnxModel.Open(SharedData.Path($"models/{network}.onnx"));
        ImportedGraph graph = new OnnxImporter(model).Bind(Image(1, 3, size, size));

        using JsonDocument goldens = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("goldens/networks.json")));
        int layers = 0;
        foreach (JsonProperty layer in goldens.RootElement.GetProperty(network).GetProperty("activations").EnumerateObject())
        {
            var expected = new Shape([.. layer.Value.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32())]);
            Tensor tensor = graph[layer.Name];
            Assert.Equal(expected, tensor.Shape);
            Assert.Equal(layer.Name == "prob/logits" && network == "bvlc_googlenet" ? "loss3/classifier" : layer.Name, tensor.Name);   // that Flatten changes nothing
            layers++;
        }
        Assert.Equal(model.Graph.Nodes.Length, layers);
    }

    [SharedFact]
    public void GoogLeNet_tells_what_it_is()
    {
        using OnnxModel model = OnnxModel.Open(SharedData.Path("models/bvlc_googlenet.onnx"));
        var importer = new OnnxImporter(model);

        Assert.Equal(7, model.IrVersion);
        Assert.Equal("caffe_to_onnx", model.Producer);
        Assert.Equal(13, model.Opsets[""]);
        Assert.Equal("Bgr8", model.Metadata["Image.BitmapPixelFormat"]);
        Assert.Equal("'data' [N, 3, 224, 224]", Assert.Single(importer.Inputs).ToString());
        Assert.Equal(6_998_552, model.Graph.Initializers.Sum(tensor => tensor.Shape.Count));
        Assert.Equal(new OnnxLayer("conv1/7x7_s2", "Conv", "conv1/7x7_s2", 0, true), importer.Layers[0]);
        Assert.Equal(143, importer.Layers.Length);
    }

    [SharedFact]
    public void A_convolution_reads_its_weight_from_the_file_without_a_copy()
    {
        using OnnxModel model = OnnxModel.Open(SharedData.Path("models/bvlc_googlenet.onnx"));
        Tensor conv = new OnnxImporter(model).Bind(Image(2, 3, 96, 64))["conv1/7x7_s2"];

        Assert.Equal(new Conv2D(new Window(7, 7, 2, 2, 3, 3, 3, 3)), conv.Operator);
        Assert.Equal(new Shape(2, 64, 48, 32), conv.Shape);
        Tensor weight = conv.Inputs[1];
        Assert.Equal("conv1/7x7_s2_w", weight.Name);
        Assert.False(System.Runtime.InteropServices.MemoryMarshal.TryGetArray(((Constant)weight.Operator).Values, out _));
    }

    [SharedFact]
    public void Another_image_size_hinders_only_the_layers_after_the_matrix_product()
    {
        using OnnxModel model = OnnxModel.Open(SharedData.Path("models/bvlc_googlenet.onnx"));
        ImportedGraph graph = new OnnxImporter(model).Bind(Image(1, 3, 320, 256));

        Assert.Equal(new Shape(1, 512, 20, 16), graph["inception_4c/output"].Shape);
        var failure = Assert.Throws<ModelFormatException>(() => graph["loss3/classifier"]);
        Assert.Equal(ModelFault.ShapeMismatch, failure.Fault);
        Assert.Contains("Gemm 'loss3/classifier' cannot take inputs of [1, 8192], [1000, 1024], [1000]", failure.Message, StringComparison.Ordinal);
        Assert.Contains("the model declares its input as 'data' [N, 3, 224, 224]", failure.Message, StringComparison.Ordinal);
    }

    [SharedTheory]
    [InlineData("bvlc_alexnet", "prob_1", 1000)]
    [InlineData("densenet121", "fc6_1", 1000)]
    [InlineData("inception_v1", "prob_1", 1000)]
    [InlineData("inception_v2", "prob_1", 1000)]
    [InlineData("resnet50", "gpu_0/softmax_1", 1000)]
    [InlineData("shufflenet", "gpu_0/softmax_1", 1000)]
    [InlineData("squeezenet", "softmaxout_1", 1000)]
    [InlineData("zfnet512", "gpu_0/softmax_1", 1000)]
    public void The_networks_of_the_ONNX_project_import_to_their_output(string network, string output, int classes)
    {
        using OnnxModel model = OnnxModel.Open(SharedData.Path($"onnx-light/light_{network}.onnx"));
        var importer = new OnnxImporter(model);
        Assert.Equal(output, Assert.Single(importer.Outputs).Name);
        Tensor result = importer.Bind(Image(1, 3, 224, 224))[output];
        Assert.Equal(classes, result.Shape.Count);
        Assert.All(importer.Layers, layer => Assert.True(layer.IsSupported, layer.ToString()));
    }
}
