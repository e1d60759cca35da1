using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Objectives;
using Phosphene.Recipes;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Onnx;
using Phosphene.Syntax;
using Phosphene.Visualization;
using Xunit;

namespace Phosphene.Tests.Models;

/// <summary>Models of other than three channels, and such that take channels last.</summary>
public sealed class ImageInputTests : IDisposable
{
    private readonly TinyModel _files = new();

    public void Dispose() => _files.Dispose();

    private static float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(i => (i * 7919 % 23 - 11) / 40f)];

    // image → (channels first) → conv 3x3 (6) → relu → mean of each channel
    private string Network(long[] extents, int channels, bool last = false, params (string, string)[] metadata)
    {
        byte[][] nodes =
        [
            .. last ? [OnnxBytes.Node("Transpose", "image", "first", OnnxBytes.Attribute("perm", [0L, 3, 1, 2]))] : Array.Empty<byte[]>(),
            OnnxBytes.Node("Conv", last ? "first w" : "image w", "conv", OnnxBytes.Attribute("pads", [1L, 1, 1, 1])),
            .. last ? [OnnxBytes.Node("Transpose", "conv", "back", OnnxBytes.Attribute("perm", [0L, 2, 3, 1])), OnnxBytes.Node("Relu", "back", "relu"), OnnxBytes.Node("Transpose", "relu", "forth", OnnxBytes.Attribute("perm", [0L, 3, 1, 2]))]
                : new[] { OnnxBytes.Node("Relu", "conv", "forth") },
            OnnxBytes.Node("GlobalAveragePool", "forth", "mean"),
            OnnxBytes.Node("Flatten", "mean", "logits"),
        ];
        byte[] graph = OnnxBytes.Graph(nodes, [OnnxBytes.Tensor("w", [6, channels, 3, 3], Weights(54 * channels))], [OnnxBytes.Value("image", extents)], [OnnxBytes.Value("logits", -1, 6)]);
        return _files.Write($"{string.Join('-', extents)}.onnx", OnnxBytes.Model(graph, metadata: metadata));
    }

    [Theory]
    [InlineData(new long[] { -1, 1, 28, 28 }, 1, false, 28, 28)]
    [InlineData(new long[] { 1, 3, 20, 24 }, 3, false, 20, 24)]
    [InlineData(new long[] { -1, 12, 20, 24 }, 12, false, 20, 24)]
    [InlineData(new long[] { -1, -1, -1, -1 }, 3, false, null, null)]
    [InlineData(new long[] { -1, 3, 48, -1 }, 3, false, 48, null)]
    [InlineData(new long[] { -1, -1, 20, 3 }, 3, true, null, 20)]
    [InlineData(new long[] { -1, 20, 24, 3 }, 3, true, 20, 24)]
    [InlineData(new long[] { -1, -1, -1, 3 }, 3, true, null, null)]
    [InlineData(new long[] { -1, 28, 28, 1 }, 1, true, 28, 28)]
    [InlineData(new long[] { -1, 24, 20, 6 }, 6, true, 24, 20)]         // the change of axes says so
    [InlineData(new long[] { -1, 16, 6, 4 }, 16, false, 6, 4)]          // and here the convolution
    public void Channels_and_their_place_are_found_in_the_declared_shape(long[] extents, int channels, bool last, int? height, int? width)
    {
        using Model model = Model.Load(Network(extents, channels, last), new ModelOptions { Threads = 1 });
        Assert.Equal(new ImageInput(channels, last, height, width), model.Input);
        Assert.Equal(height is null || width is null ? null : (height.Value, width.Value), model.InputSize);
    }

    // As networks that read text have it: lines of a height, of any length.
    [Theory]
    [InlineData(new long[] { -1, 3, 48, -1 }, 48, 224)]
    [InlineData(new long[] { -1, 3, -1, 32 }, 224, 32)]
    [InlineData(new long[] { -1, 3, -1, -1 }, 224, 224)]
    public void A_side_that_the_file_leaves_open_is_224_pixels_and_the_other_as_it_states(long[] extents, int height, int width)
    {
        using Model model = Model.Load(Network(extents, 3), new ModelOptions { Threads = 1 });
        var expected = new Shape(1, 6, height, width);
        Assert.Equal((height, width), model.UsualSize);
        Assert.Equal(expected, model.LayerShape("forth"));
        Assert.Equal(expected, ModelInspection.Of(model).Layers.Single(layer => layer.Layer.Name == "forth").Shape);
        Recipe recipe = Recipe.Naive.For(model);
        Assert.Equal((height, width), (recipe.Height, recipe.Width));
        Assert.Equal((height, 100), (Recipe.Naive with { Width = 100 }).For(model) is var chosen ? (chosen.Height, chosen.Width) : default);
    }

    // The height is what a fully connected layer after the flattened rows needs; transforms leave another.
    [Fact]
    public void What_the_transforms_leave_is_fitted_to_the_side_that_is_stated()
    {
        byte[][] nodes =
        [
            OnnxBytes.Node("Conv", "image w", "conv"), OnnxBytes.Node("ReduceMean", "conv", "mean", OnnxBytes.Attribute("axes", [3L]), OnnxBytes.Attribute("keepdims", 0)),
            OnnxBytes.Node("Flatten", "mean", "flat"), OnnxBytes.Node("Gemm", "flat m", "logits"),
        ];
        byte[] graph = OnnxBytes.Graph(nodes, [OnnxBytes.Tensor("w", [2, 3, 1, 1], Weights(6)), OnnxBytes.Tensor("m", [16, 2], Weights(32))],
            [OnnxBytes.Value("image", -1, 3, 8, -1)], [OnnxBytes.Value("logits", -1, 2)]);
        using Model model = Model.Load(_files.Write("lines.onnx", OnnxBytes.Model(graph)), new ModelOptions { Threads = 1 });
        Rendering rendering = new Visualizer(model, Recipe.Naive with { Steps = 1, Width = 20, Transforms = Phosphene.Transforms.Pipeline.Of(new Phosphene.Transforms.Pad(1)) }).Render(Objective.Logit(1));
        Assert.Equal((8, 20), (rendering.Pictures[0].Height, rendering.Pictures[0].Width));
        Assert.Equal("the layer needs 8 x 22 pixels, so the 10 x 22 that the transforms leave are cropped", rendering.Fit);
    }

    [Theory]
    [InlineData(new long[] { -1, 1, 28, 28 }, false, 1)]
    [InlineData(new long[] { -1, 28, 28, 1 }, true, 1)]
    [InlineData(new long[] { -1, 5, 20, 24 }, false, 3)]
    [InlineData(new long[] { -1, 20, 24, 3 }, true, 3)]
    public void A_channel_is_rendered_without_any_option(long[] extents, bool last, int shown)
    {
        int channels = (int)extents[last ? 3 : 1];
        using Model model = Model.Load(Network(extents, channels, last), new ModelOptions { Threads = 1 });
        Recipe recipe = Recipe.Distill.For(model) with { Steps = 40 };
        Rendering start = new Visualizer(model, recipe with { Steps = 1 }).Render(Objective.Channel(last ? "relu" : "forth", 2));
        Rendering end = new Visualizer(model, recipe).Render(Objective.Channel(last ? "relu" : "forth", 2));
        Assert.True(end.Value > 3 * start.Value, $"{start.Value} to {end.Value}");
        Picture picture = end.Pictures[0];
        Assert.Equal((shown, (int)extents[last ? 1 : 2], (int)extents[last ? 2 : 3]), (picture.Channels, picture.Height, picture.Width));
    }

    [Fact]
    public void Channels_last_is_the_same_model()
    {
        Recipe recipe = Recipe.Lucid.For(20, 24) with { Steps = 8, Transforms = Phosphene.Transforms.Pipeline.None };
        using Model first = Model.Load(Network([-1, 3, 20, 24], 3)), last = Model.Load(Network([-1, 20, 24, 3], 3, last: true));
        Assert.Equal(new Visualizer(first, recipe).Render(Objective.Neuron("forth", 4, 3, 17)).Value, new Visualizer(last, recipe).Render(Objective.Neuron("relu", 4, 3, 17)).Value, 1e-5);
    }

    [Fact]
    public void Colours_become_grey_where_a_model_classifies_grey()
    {
        using Model model = Model.Load(Network([-1, 1, 28, 28], 1), new ModelOptions { Threads = 1 });
        var colours = new float[3 * 28 * 28];
        var grey = new float[28 * 28];
        for (int i = 0; i < grey.Length; i++)
        {
            (colours[i], colours[784 + i], colours[1568 + i]) = (i % 256 / 255f, i * 3 % 256 / 255f, i * 5 % 256 / 255f);
            grey[i] = 0.299f * colours[i] + 0.587f * colours[784 + i] + 0.114f * colours[1568 + i];
        }
        (int, string, float Probability)[] of = [.. model.Classify(Picture.FromPlanar(colours, 3, 28, 28), 6)], ofGrey = [.. model.Classify(Picture.FromPlanar(grey, 1, 28, 28), 6)];
        Assert.Equal(6, of.Length);
        for (int i = 0; i < of.Length; i++) Assert.Equal(ofGrey[i].Probability, of[i].Probability, 1e-3f);
    }

    [Fact]
    public void A_picture_cannot_be_classified_by_a_model_of_twelve_channels()
    {
        using Model model = Model.Load(Network([-1, 12, 20, 24], 12), new ModelOptions { Threads = 1 });
        Assert.StartsWith("The model takes images of 12 channels, which cannot be made of a picture", Assert.Throws<UsageException>(() => model.Classify(Picture.FromPlanar(new float[2352], 3, 28, 28))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_preprocessing_for_other_channels_is_refused_with_its_source()
    {
        string path = Network([-1, 1, 28, 28], 1, last: false, ("phosphene.preprocessing", "imagenet"));
        Assert.Equal($"Model '{path}': Preprocessing 'imagenet' is for images of 3 channels, and the model takes 1; use unit, signed, or a formula such as grey-(0.13)/(0.31). It is from the model's metadata, phosphene.preprocessing.",
            Assert.Throws<InputFileException>(() => Model.Load(path)).Message);
        Assert.StartsWith("Preprocessing 'caffe' is for images of 3 channels", Assert.Throws<UsageException>(() => Model.Load(path, new ModelOptions { Preprocessing = Preprocessing.Parse("caffe") })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_for_other_channels_do_not_keep_one_from_looking_into_a_model()
    {
        string path = Network([-1, 4, 20, 24], 4, last: false, ("phosphene.preprocessing", "imagenet"));
        using Model model = Model.LoadAny(path, new ModelOptions { Threads = 1 });
        Assert.Null(ModelInspection.Of(model).Obstacle);
    }

    [Fact]
    public void A_pixel_format_of_four_channels_is_no_order_of_three()
    {
        using Model model = Model.Load(Network([-1, 4, 20, 24], 4, last: false, ("Image.BitmapPixelFormat", "Bgra8"), ("Image.NominalPixelRange", "NominalRange_0_255")));
        Assert.Equal(Preprocessing.Unit with { Factor = 255 }, model.Preprocessing);
    }

    [Fact]
    public void Layers_before_the_first_convolution_stand_channels_first_too()
    {
        byte[][] nodes =
        [
            OnnxBytes.Node("Mul", "image half", "scaled"), OnnxBytes.Node("Transpose", "scaled", "first", OnnxBytes.Attribute("perm", [0L, 3, 1, 2])),
            OnnxBytes.Node("Conv", "first w", "conv"),
        ];
        byte[] graph = OnnxBytes.Graph(nodes, [OnnxBytes.Tensor("half", [], 0.5f), OnnxBytes.Tensor("w", [6, 3, 3, 3], Weights(162))], [OnnxBytes.Value("image", -1, 20, 24, 3)], [OnnxBytes.Value("conv", -1, 6, 18, 22)]);
        using Model model = Model.Load(_files.Write("scaled.onnx", OnnxBytes.Model(graph)), new ModelOptions { Threads = 1 });
        Assert.Equal([new Shape(1, 3, 20, 24), new Shape(1, 3, 20, 24), new Shape(1, 6, 18, 22)], model.LayerShapes().Select(layer => layer.Shape!));
    }

    [Fact]
    public void A_gradient_of_raw_numbers_is_of_the_same_channel()
    {
        string first = Network([-1, 3, 20, 24], 3), last = Network([-1, 20, 24, 3], 3, last: true);
        float[] planes = [.. Enumerable.Range(0, 1440).Select(i => i * 37 % 101 / 101f)], pixels = new float[1440];
        for (int i = 0; i < planes.Length; i++) pixels[i % 480 * 3 + i / 480] = planes[i];
        using Model a = Model.LoadAny(first), b = Model.LoadAny(last);
        float[] ofFirst = Evaluation.Of(a, new Dictionary<string, NumberArray> { ["image"] = new(new Shape(1, 3, 20, 24), planes) }, [], [Objective.Neuron("conv", 4, 3, 17)]).Objectives[0].Gradient.Values;
        float[] ofLast = Evaluation.Of(b, new Dictionary<string, NumberArray> { ["image"] = new(new Shape(1, 20, 24, 3), pixels) }, [], [Objective.Neuron("back", 4, 3, 17)]).Objectives[0].Gradient.Values;
        for (int i = 0; i < planes.Length; i++) Assert.Equal(ofFirst[i], ofLast[i % 480 * 3 + i / 480], 1e-5f);
        Assert.Contains(ofFirst, value => value != 0);
    }

    [Fact]
    public void A_display_of_channels_that_are_not_there_is_refused()
    {
        using Model model = Model.Load(Network([-1, 5, 20, 24], 5), new ModelOptions { Threads = 1 });
        Recipe recipe = Recipe.Naive.For(model) with { Display = Display.Parse("3,4,5") };
        Assert.Contains("shows channel 5", Assert.Throws<UsageException>(() => new Visualizer(model, recipe).Render(Objective.Channel("conv", 0))).Message, StringComparison.Ordinal);
    }
}
