using System.Security.Cryptography;
using System.Text;
using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Tests.Onnx;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class ModelTests
{
    [Fact]
    public void A_model_lists_its_layers_and_their_shapes_at_a_size()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Assert.Equal(["conv1", "relu1", "conv2", "relu2", "pool", "flat", "logits", "prob"], model.Layers.Select(layer => layer.Name));
        Dictionary<string, Shape?> shapes = model.LayerShapes(9, 14).ToDictionary(entry => entry.Layer.Name, entry => entry.Shape);
        Assert.Equal(new Shape(1, 5, 9, 14), shapes["conv1"]);
        Assert.Equal(new Shape(1, 6, 5, 7), shapes["relu2"]);
        Assert.Equal(new Shape(1, 4), shapes["prob"]);
        Assert.Null(model.InputSize);
        Assert.Equal(new Shape(1, 5, 224, 224), model.LayerShapes().First().Shape);
    }

    [Fact]
    public void A_model_of_one_size_says_so_and_lists_what_does_not_fit_without_a_shape()
    {
        using var tiny = new TinyModel { FixedSize = (12, 17) };
        using Model model = tiny.Load();
        Assert.Equal((12, 17), model.InputSize);
        Assert.All(model.LayerShapes(), entry => Assert.NotNull(entry.Shape));
        Assert.Equal(new Shape(1, 5, 12, 17), model.LayerShapes().First().Shape);
        Dictionary<string, Shape?> swapped = model.LayerShapes(17, 12).ToDictionary(entry => entry.Layer.Name, entry => entry.Shape);
        Assert.Equal(new Shape(1, 6, 9, 6), swapped["relu2"]);
        Assert.Null(model.LayerShapes(18, 24).Last().Shape);
    }

    [Theory]
    [InlineData(true, "logits")]
    [InlineData(false, "logits")]
    public void The_logits_are_what_the_softmax_reads_or_the_output(bool softmax, string layer)
    {
        using var tiny = new TinyModel { Softmax = softmax };
        using Model model = tiny.Load();
        Assert.Equal(layer, model.LogitsLayer);
    }

    [Fact]
    public void The_hash_is_that_of_the_file()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(model.Path))), model.Sha256);
    }

    [Fact]
    public void Classes_are_sorted_by_their_probability()
    {
        using var tiny = new TinyModel { FixedSize = (12, 17) };
        using Model model = tiny.Load(new ModelOptions { Threads = 1, Labels = Labels.Of(["a", "b", "c"]) });
        byte[] bytes = new byte[12 * 17 * 3];
        new Random(4).NextBytes(bytes);
        var picture = new Picture(12, 17, 3, bytes);
        Tensor image = Evaluate.Input(1, 3, 12, 17);
        float[] expected = Evaluate.Of(model.Activate(image)["prob"], (image, picture.ToPlanar()));
        IReadOnlyList<(int Class, string Label, float Probability)> seen = model.Classify(picture);
        Assert.Equal(4, seen.Count);
        Assert.Equal(1, seen.Sum(entry => entry.Probability), 1e-5f);
        foreach ((int index, string label, float probability) in seen)
        {
            Assert.Equal(expected[index], probability, 1e-5f);
            Assert.Equal(index < 3 ? new[] { "a", "b", "c" }[index] : "3", label);
        }
        Assert.Equal(seen.OrderByDescending(entry => entry.Probability), seen);
        Assert.Equal(seen.Take(2), model.Classify(picture, 2));
    }

    [Fact]
    public void The_activations_of_a_picture_are_constants_at_the_size_asked_for()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        byte[] bytes = new byte[12 * 17 * 3];
        new Random(4).NextBytes(bytes);
        var picture = new Picture(12, 17, 3, bytes);
        Tensor image = Evaluate.Input(1, 3, 12, 17);
        Assert.Equal(Evaluate.Of(model.Activate(image)["relu2"], (image, picture.ToPlanar())), Evaluate.Of(model.Activate(picture, 12, 17)["relu2"]));
        Assert.Equal(picture.Cover(6, 8).ToPlanar(), Evaluate.Of(model.Activate(picture, 6, 8).Image));
        Assert.Equal(new Shape(1, 3, 224, 224), model.Activate(picture).Image.Shape);
    }

    [Fact]
    public void The_activations_of_a_picture_are_at_the_size_of_the_model_by_default()
    {
        using var tiny = new TinyModel { FixedSize = (12, 17) };
        using Model model = tiny.Load();
        Assert.Equal(new Shape(1, 3, 12, 17), model.Activate(new Picture(24, 34, 1, new byte[24 * 34])).Image.Shape);
    }

    [Fact]
    public void A_picture_of_another_size_is_shrunk_and_its_middle_cut_out()
    {
        // 24 x 60 pixels for a model of 12 x 17: halved to 12 x 30, of which columns 6 to 22 stay. What is left and right does not matter.
        using var tiny = new TinyModel { FixedSize = (12, 17) };
        using Model model = tiny.Load();
        byte[] bytes = new byte[24 * 60 * 3], other = new byte[24 * 60 * 3];
        new Random(4).NextBytes(bytes);
        bytes.CopyTo(other, 0);
        for (int i = 0; i < other.Length; i++)
            if (i / 3 % 60 is < 8 or >= 52) other[i] = 255;
        Assert.Equal(model.Classify(new Picture(24, 60, 3, bytes)), model.Classify(new Picture(24, 60, 3, other)));
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_by_name()
    {
        using var tiny = new TinyModel();
        foreach (string path in new[] { tiny.Write("text.onnx", Encoding.UTF8.GetBytes("Not a model at all.")), "/nowhere/missing.onnx" })
        {
            ModelFormatException error = Assert.Throws<ModelFormatException>(() => Model.Load(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
            Assert.Equal(ModelFault.Malformed, error.Fault);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(3)]
    [InlineData(2)]
    public void A_model_that_does_not_read_images_is_refused(int rank)
    {
        using var tiny = new TinyModel();
        long[] extents = [.. Enumerable.Repeat(3L, rank)];
        byte[] graph = OnnxBytes.Graph([OnnxBytes.Node("Relu", "x", "y")], null, [OnnxBytes.Value("x", extents)], [OnnxBytes.Value("y", extents)]);
        string path = tiny.Write("other.onnx", OnnxBytes.Model(graph));
        ModelFormatException error = Assert.Throws<ModelFormatException>(() => Model.Load(path));
        Assert.Equal(ModelFault.Unsupported, error.Fault);
        Assert.Contains("one input of images is expected, such as [N, 3, H, W]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_two_inputs_is_refused_with_both_named()
    {
        using var tiny = new TinyModel();
        byte[] graph = OnnxBytes.Graph([OnnxBytes.Node("Add", "left right", "y")], null, [OnnxBytes.Value("left", 1, 3, 9, 14), OnnxBytes.Value("right", 1, 3, 9, 14)], [OnnxBytes.Value("y", 1, 3, 9, 14)]);
        string message = Assert.Throws<ModelFormatException>(() => Model.Load(tiny.Write("two.onnx", OnnxBytes.Model(graph)))).Message;
        Assert.Contains("'left'", message, StringComparison.Ordinal);
        Assert.Contains("'right'", message, StringComparison.Ordinal);
    }
}
