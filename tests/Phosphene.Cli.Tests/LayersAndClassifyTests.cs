using System.Text.Json;
using Phosphene.Images;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Cli.Tests;

public sealed class LayersAndClassifyTests : CommandTests
{
    [Fact]
    public void Layers_are_listed_with_their_operators_and_shapes()
    {
        Write("bessel.onnx", TinyModel.Bytes(unsupported: true));
        Assert.Equal("""
            LAYER   OPERATOR           SHAPE
            conv1   Conv               [1, 16, 22, 30]
            relu1   Relu               [1, 16, 22, 30]
            pool1   MaxPool            [1, 16, 11, 15]
            conv2   Conv               [1, 20, 9, 13]
            relu2   Relu               [1, 20, 9, 13]
            bessel  Bessel             -                not supported
            gap     GlobalAveragePool  [1, 20, 1, 1]
            prob    Softmax            [1, 20]
            8 of 9 layers; hidden, with little to see: 1. --all lists all.

            """, Run("layers", At("bessel.onnx"), "--size", "24x32").Output);
    }

    [Fact]
    public void Layers_inspect_and_render_agree_on_the_size_where_one_side_is_open()
    {
        Write("lines.onnx", Model(Graph([Node("Conv", "data w", "conv"), Node("Relu", "conv", "relu")], [Filled("w", [2, 3, 1, 1])], [Value("data", -1, 3, 12, -1)], [Value("relu")])));
        Assert.Equal("""
            LAYER  OPERATOR  SHAPE
            conv   Conv      [1, 2, 12, 224]
            relu   Relu      [1, 2, 12, 224]
            Shapes at 12 x 224 pixels: the model leaves the width open (--size).

            """, Run("layers", At("lines.onnx")).Output);
        Assert.Equal("[[1,3,12,224]]", JsonSerializer.Serialize(Run("inspect", At("lines.onnx"), "--json").Json.GetProperty("shapesFor")));
        Result render = Run("render", At("lines.onnx"), "relu:1", "-o", At("a.png"), "--steps", "1", "--preset", "naive");
        Assert.Contains(", 12 x 224 pixels, ", render.Output, StringComparison.Ordinal);
        Images.Picture picture = Images.Picture.Load(At("a.png"));
        Assert.Equal((12, 224), (picture.Height, picture.Width));
    }

    [Fact]
    public void All_layers_are_listed_on_request_and_some_by_a_text_in_their_names()
    {
        Assert.Equal(["conv1", "relu1", "pool1", "conv2", "relu2", "gap", "flat", "prob"], Names("--all"));
        Assert.Equal(["conv1", "relu1", "pool1", "conv2", "relu2", "gap", "prob"], Names());
        Assert.Equal(["relu1", "relu2"], Names("--filter", "RELU"));
        Assert.Equal(["gap"], Names("--filter", "AveragePool"));
        Assert.Empty(Names("--filter", "flat"));
        Assert.Equal(["flat"], Names("--filter", "flat", "--all"));
        Fails(2, $"No layer of '{At("tiny.onnx")}' has 'attention' in its name, alias or operator; 'phosphene layers --all' lists all 8 layers.", Run("layers", At("tiny.onnx"), "--filter", "attention"));

        IEnumerable<string> Names(params string[] options) => Run(["layers", At("tiny.onnx"), "--json", .. options]).Json.EnumerateArray().Select(layer => layer.GetProperty("name").GetString()!);
    }

    [Theory]
    [InlineData("embedded:shapes-decoder")]
    [InlineData("embedded:shapes-plain-decoder")]
    public void The_layers_of_a_decoder_are_listed_from_its_latents_to_its_image(string decoder)
    {
        Result result = Run("layers", decoder, "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        JsonElement[] layers = [.. result.Json.EnumerateArray()];
        Assert.All(layers, layer => Assert.True(layer.GetProperty("supported").GetBoolean()));
        Assert.Equal("decode1", layers[0].GetProperty("name").GetString());
        Assert.Equal([1, 3, 48, 48], layers[^1].GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32()));
        Fails(2, $"--size is the size of an image to look at; '{decoder}' is a decoder, which makes images of numbers.",
            Run("layers", decoder, "--size", "48"));
    }

    [Fact]
    public void A_decoder_sees_nothing_and_commands_that_need_a_model_that_sees_say_so()
    {
        const string message = "Model 'embedded:shapes-decoder' is a decoder: it makes images of 10 numbers and sees none. 'phosphene layers' lists what is in it; to visualize, give a model that sees images, such as embedded:shapes.";
        new Picture(2, 2, 3, new byte[12]).Save(At("a.png"));
        Fails(3, message, Run("render", "embedded:shapes-decoder", "decode1:3", "-o", At("b.png")));
        Fails(3, message, Run("classify", "embedded:shapes-decoder", At("a.png")));
        Fails(3, message, Run("bench", "embedded:shapes-decoder"));
        Assert.Equal(["a.png"], Files());
    }

    [Fact]
    public void Layers_that_do_not_fit_the_size_have_no_shape()
    {
        JsonElement layers = Run("layers", At("tiny.onnx"), "--size", "5", "--json").Json;
        Assert.Equal(7, layers.GetArrayLength());
        Assert.Equal("""{"name":"relu1","alias":null,"op":"Relu","shape":[1,16,3,3],"supported":true}""", JsonSerializer.Serialize(layers[1]));
        Assert.Equal("""{"name":"conv2","alias":null,"op":"Conv","shape":null,"supported":true}""", JsonSerializer.Serialize(layers[3]));
    }

    [Fact]
    public void Classes_come_with_labels_and_probabilities_the_likeliest_first()
    {
        Write("fixed.onnx", TinyModel.Bytes(height: 20, width: 28, metadata: [("phosphene.preprocessing", "signed"), ("phosphene.labels", string.Join('\n', Enumerable.Range(0, 20).Select(i => $"class {i}")))]));
        new Picture(31, 47, 3, [.. Enumerable.Range(0, 31 * 47 * 3).Select(i => (byte)(i * 7))]).Save(At("a.png"));
        Result result = Run("classify", At("fixed.onnx"), At("a.png"), At("a.png"), "--top", "3", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(2, result.Json.GetArrayLength());
        JsonElement[] classes = [.. result.Json[0].GetProperty("classes").EnumerateArray()];
        Assert.Equal(3, classes.Length);
        Assert.Equal(classes.Select(entry => entry.GetProperty("probability").GetDouble()).OrderDescending(), classes.Select(entry => entry.GetProperty("probability").GetDouble()));
        Assert.Equal($"class {classes[0].GetProperty("class").GetInt32()}", classes[0].GetProperty("label").GetString());

        string[] lines = Run("classify", At("fixed.onnx"), At("a.png"), "--top", "2").Output.Split('\n');
        Assert.Equal($"{At("a.png")}:", lines[0]);
        Assert.Matches(@"^  +\d+\.\d%  +\d+  class \d+$", lines[1]);
        Assert.Equal(4, lines.Length);
    }

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("a.webp")]
    [InlineData("a.gif")]
    [InlineData("a.bmp")]
    [InlineData("a.tiff")]
    public void Images_of_every_format_are_looked_at(string name)
    {
        Write("fixed.onnx", TinyModel.Bytes(height: 20, width: 28));
        using var image = new SixLabors.ImageSharp.Image<SixLabors.ImageSharp.PixelFormats.Rgb24>(28, 20, new(250, 120, 10));
        SixLabors.ImageSharp.ImageExtensions.Save(image, At(name));
        new Picture(20, 28, 3, [.. Enumerable.Repeat(new byte[] { 250, 120, 10 }, 560).SelectMany(pixel => pixel)]).Save(At("a.png"));
        Result result = Run("classify", At("fixed.onnx"), At(name), At("a.png"), "--top", "1", "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        double[] probabilities = [.. result.Json.EnumerateArray().Select(seen => seen.GetProperty("classes")[0].GetProperty("probability").GetDouble())];
        Assert.Equal(probabilities[1], probabilities[0], 0.02);
    }

    [Fact]
    public void A_picture_rendered_for_a_class_is_seen_as_that_class()
    {
        Write("fixed.onnx", TinyModel.Bytes(height: 20, width: 28));
        Run("render", At("fixed.onnx"), "logit(11)", "-o", At("a.png"), "--steps", "40", "--preset", "naive");
        Assert.Equal(11, Run("classify", At("fixed.onnx"), At("a.png"), "--top", "1", "--json").Json[0].GetProperty("classes")[0].GetProperty("class").GetInt32());
    }

    [Fact]
    public void An_assumed_preprocessing_is_warned_of()
    {
        Write("plain.onnx", TinyModel.Bytes(height: 20, width: 28, metadata: []));
        new Picture(20, 28, 3, new byte[20 * 28 * 3]).Save(At("a.png"));
        Assert.Equal("phosphene: warning: the preprocessing 'unit' is assumed: the model states none, so the classes may be wrong; give --preprocess (caffe, imagenet, signed, inception, unit, or a formula).\n",
            Run("classify", At("plain.onnx"), At("a.png")).Error);
        Assert.Equal("", Run("classify", At("plain.onnx"), At("a.png"), "--preprocess", "imagenet").Error);
    }

    [Fact]
    public void Features_are_told_from_classes()
    {
        Write("features.onnx", TinyModel.Bytes(height: 20, width: 28, output: "flat"));
        File.WriteAllLines(At("labels.txt"), Enumerable.Range(0, 20).Select(i => $"class {i}"));
        new Picture(20, 28, 3, new byte[20 * 28 * 3]).Save(At("a.png"));
        Assert.Equal($"phosphene: warning: output 'flat' of model '{At("features.onnx")}' is what GlobalAveragePool gives, with no softmax and no fully connected layer after it, so it is likely to be features and not classes. If they are classes, name them in a file of labels (--labels).\n",
            Run("classify", At("features.onnx"), At("a.png")).Error);
        Assert.Equal((0, ""), Run("classify", At("features.onnx"), At("a.png"), "--labels", At("labels.txt")) is var named ? (named.Code, named.Error) : default);
        Write("map.onnx", TinyModel.Bytes(height: 20, width: 28, output: "relu2"));
        Fails(2, $"Model '{At("map.onnx")}' gives 'relu2' [1, 20, 7, 11] for an image, where one number for each class is expected, [1, classes]: it does not classify. Give a classifier.",
            Run("classify", At("map.onnx"), At("a.png"), "--labels", At("labels.txt")));
    }

    [Fact]
    public void Labels_that_are_not_there_are_named() =>
        Fails(4, $"Labels '{At("none.txt")}' do not exist; give the path of a text file with one label a line, class 0 first.", Render("logit(hen)", "a.png", "--labels", At("none.txt")));

    [Fact]
    public void A_label_cannot_command_the_terminal()
    {
        Write("fixed.onnx", TinyModel.Bytes(height: 20, width: 28, metadata: [("phosphene.preprocessing", "unit"), ("phosphene.labels", "\u001b[2J")]));
        new Picture(20, 28, 3, new byte[20 * 28 * 3]).Save(At("a.png"));
        string output = Run("classify", At("fixed.onnx"), At("a.png"), "--top", "20").Output;
        Assert.Contains("\uFFFD[2J", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void Folders_are_looked_into_and_of_several_images_a_broken_one_is_skipped_by_name()
    {
        Write("fixed.onnx", TinyModel.Bytes(height: 20, width: 28, metadata: [("phosphene.preprocessing", "signed")]));
        Directory.CreateDirectory(At("photos"));
        for (int i = 0; i < 11; i++) new Picture(31, 47, 3, [.. Enumerable.Range(0, 31 * 47 * 3).Select(k => (byte)(k * (i + 1) % 253))]).Save(At($"photos/{i:00}.png"));
        File.WriteAllText(At("photos/04.png"), "no picture");
        Result result = Run("classify", At("fixed.onnx"), At("photos"), At("photos/02.png"), "--top", "2", "--json");
        Assert.StartsWith($"phosphene: warning: '{At("photos/04.png")}' was skipped: Cannot read", result.Error, StringComparison.Ordinal);
        Assert.Equal([.. new[] { 0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 2 }.Select(i => At($"photos/{i:00}.png"))], result.Json.EnumerateArray().Select(seen => seen.GetProperty("file").GetString()));
        // The same image in another batch.
        Assert.Equal(Probability(result.Json[2]), Probability(result.Json[10]), 1e-6);
        Assert.Equal(Probability(Run("classify", At("fixed.onnx"), At("photos/10.png"), "--top", "2", "--json").Json[0]), Probability(result.Json[9]), 1e-6);

        static double Probability(JsonElement seen) => seen.GetProperty("classes")[0].GetProperty("probability").GetDouble();
    }

    [Fact]
    public void A_bad_image_is_named()
    {
        Fails(4, $"Image '{At("no.png")}' does not exist; check its path.", Run("classify", At("tiny.onnx"), At("no.png")));
        Directory.CreateDirectory(At("folder"));
        Assert.StartsWith($"phosphene: Folder '{At("folder")}' has no images (.png, ", Run("classify", At("tiny.onnx"), At("folder")).Error, StringComparison.Ordinal);
    }
}
