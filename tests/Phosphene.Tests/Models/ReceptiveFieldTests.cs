using Phosphene.Images;
using Phosphene.Models;
using Phosphene.Runtime.Execution;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests;
using Xunit;

namespace Phosphene.Tests.Models;

public sealed class ReceptiveFieldTests
{
    private static readonly Shape Size = new(1, 2, 17, 23);

    private static readonly Tensor Image = new(new Input(Size, "image"));

    // Positive everywhere, so that nothing cancels and every dependence shows in the gradient.
    private static Tensor Filter(int outputs, int inputs, int height, int width) =>
        Tensor.Constant(new Shape(outputs, inputs, height, width), Evaluate.Numbers(outputs * inputs * height * width, 3, 0.1f, 1));

    private static Tensor Convolved(Tensor x, Window window, int outputs = 2) => new(new Conv2D(window), x, Filter(outputs, x.Shape.Channels, window.KernelY, window.KernelX));

    public static TheoryData<string> Names => [.. Graphs.Keys];

    private static readonly Dictionary<string, Tensor> Graphs = new(StringComparer.Ordinal)
    {
        ["the image"] = Image,
        ["a convolution"] = Convolved(Image, new Window(3, 5, StrideY: 2, Top: 1, Left: 3)),
        ["dilated convolutions of other strides"] = Convolved(Convolved(Image, new Window(2, 3, 1, 2, Bottom: 1, DilationY: 3)), new Window(3, 2, 2, 1, Top: 2, Left: 1, DilationX: 2)),
        ["a pool after a convolution"] = new(new AveragePool2D(new Window(3, 2, 2, 3, Top: 1), CountPadding: true), Convolved(Image, new Window(2, 3))),
        ["branches of different windows"] = new(new Concat(1), Convolved(Image, new Window(1, 3, Left: 1, Right: 1)), Convolved(Image, new Window(5, 1, Top: 3, Bottom: 1))),
        ["a sum with a shortcut"] = Convolved(Image, new Window(3, 3, Top: 1, Bottom: 1, Left: 1, Right: 1)) + Image,
        ["a crop and a margin"] = new(new Pad([0, 0, 2, 1], [0, 0, 0, 3]), Image.Slice(2, 4, 9).Slice(3, 2, 15)),
        ["every third column"] = new(new Slice(3, 1, 7, 3), Image),
        ["channels last and back"] = Convolved(Image, new Window(3, 3)).Transpose(0, 2, 3, 1).Relu().Transpose(0, 3, 1, 2),
        ["reshaped and a product with a matrix"] = Filter(3, 2, 1, 1).Reshape(new Shape(3, 2)).MatMul(Convolved(Image, new Window(1, 4)).Transpose(0, 2, 1, 3)).Transpose(0, 2, 1, 3),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void The_gradient_of_a_position_lies_in_its_receptive_field_and_fills_it(string name)
    {
        Tensor tensor = Graphs[name];
        ReceptiveField field = ReceptiveField.Of(tensor, Image);
        for (int y = 0; y < tensor.Shape.Height; y++)
            for (int x = 0; x < tensor.Shape.Width; x++)
                if (Footprint(tensor, y, x) is { } footprint && !(name.StartsWith("dilated", StringComparison.Ordinal) && AtTheBorder(field, y, x))) Assert.Equal(footprint, field.At(y, x));
    }

    // There the first tap that is inside the image may come after a hole.
    private static bool AtTheBorder(ReceptiveField field, int y, int x) => field.At(y, x) is var (_, _, height, width) && (height < field.Height || width < field.Width);

    [Fact]
    public void What_an_enlarged_image_is_seen_of_lies_in_the_receptive_field()
    {
        Tensor tensor = Convolved(new Tensor(new Upsample2D(3, 2), Image), new Window(3, 3, 2, 2, Top: 1, Left: 1));
        ReceptiveField field = ReceptiveField.Of(tensor, Image);
        Assert.Equal((2.0 / 3, 1), (field.StrideY, field.StrideX));
        for (int y = 0; y < tensor.Shape.Height; y += 3)
            for (int x = 0; x < tensor.Shape.Width; x += 4)
            {
                (int top, int left, int height, int width) = Footprint(tensor, y, x)!.Value;
                (int Top, int Left, int Height, int Width) seen = field.At(y, x);
                Assert.InRange(top, seen.Top, seen.Top + 1);
                Assert.InRange(top + height, seen.Top + seen.Height - 1, seen.Top + seen.Height);
                Assert.InRange(left, seen.Left, seen.Left + 1);
                Assert.InRange(left + width, seen.Left + seen.Width - 1, seen.Left + seen.Width);
            }
    }

    [Fact]
    public void A_layer_that_mixes_all_positions_sees_the_whole_image()
    {
        Tensor mean = Image.MeanOver(2, 3), attention = Image.Reshape(new Shape(1, 2, 17 * 23)).Softmax(2).Reshape(Size);
        foreach (Tensor tensor in new[] { mean, attention, Image * mean }) Assert.Equal((0, 0, 17, 23), ReceptiveField.Of(tensor, Image).At(0, 0));
        Assert.Equal((0, 5, 17, 1), ReceptiveField.Of(new Tensor(new Softmax(2), Image), Image).At(3, 5));
    }

    [Fact]
    public void The_layers_of_a_model_have_theirs()
    {
        using var tiny = new TinyModel();
        using Model model = tiny.Load();
        Assert.Equal(new ReceptiveField(5, 5, 2, 2, -2, -2, new ImageSize(40, 50)), ReceptiveField.Of(model, "relu2", 40, 50));
        Assert.Equal(new ReceptiveField(40, 50, 0, 0, 0, 0, new ImageSize(40, 50)), ReceptiveField.Of(model, "logits", 40, 50));
    }

    // Worked out by hand from the windows: 7x7/2, pool 3x3/2, 3x3, pool 3x3/2, then 5x5 and 5x5, pool 3x3/2, 5x5.
    [SharedTheory]
    [InlineData("conv1/7x7_s2", 7, 2)]
    [InlineData("conv2/3x3", 19, 4)]
    [InlineData("inception_3a/output", 59, 8)]
    [InlineData("inception_3b/output", 91, 8)]
    [InlineData("inception_4a/output", 171, 16)]
    public void On_GoogLeNet_what_lies_outside_changes_nothing_and_each_edge_changes_something(string layer, int size, int stride)
    {
        using Model model = Model.Load(SharedData.Path("models/bvlc_googlenet.onnx"), new ModelOptions { Threads = 2 });
        ReceptiveField field = ReceptiveField.Of(model, layer);
        Assert.Equal((size, size, stride, stride), ((int)field.Height, (int)field.Width, (int)field.StrideY, (int)field.StrideX));

        var image = new Tensor(new Input(new Shape(1, 3, 224, 224), "image"));
        Tensor activations = model.Activate(image)[layer];
        int positions = activations.Shape.Height, at = positions / 2 * positions + positions / 2 - 1;
        (int top, int left, int height, int width) = field.At(positions / 2, positions / 2 - 1);
        Assert.Equal((size, size), (height, width));
        using Plan plan = model.Backend.Compile(activations);
        float[] plain = Evaluate.Numbers(3 * 224 * 224, 5, 0, 1), changed = Evaluate.Numbers(3 * 224 * 224, 6, 0, 1);
        float[] before = Seen((_, _) => false);
        // Not nothing at all: Winograd's tiles reach further than a window, and what they add and take away again leaves its rounding. An edge alone counts for little, so it is far brighter than a
        // pixel can be.
        Assert.InRange(Change((y, x) => y < top || y >= top + height || x < left || x >= left + width), 0, 2e-6);
        Assert.InRange(Change((y, _) => y == top, 100), 2e-5, double.MaxValue);
        Assert.InRange(Change((y, _) => y == top + height - 1, 100), 2e-5, double.MaxValue);
        Assert.InRange(Change((_, x) => x == left, 100), 2e-5, double.MaxValue);
        Assert.InRange(Change((_, x) => x == left + width - 1, 100), 2e-5, double.MaxValue);

        // The greatest change of a channel, as a share of the greatest activation.
        double Change(Func<int, int, bool> isChanged, float by = 1) => Seen(isChanged, by).Zip(before, (a, b) => Math.Abs(a - b)).Max() / before.Max(Math.Abs);

        // All channels at the position, where some pixels of the image are others.
        float[] Seen(Func<int, int, bool> isChanged, float by = 1)
        {
            Span<float> input = plan.Input(image);
            for (int i = 0; i < input.Length; i++) input[i] = isChanged(i / 224 % 224, i % 224) ? by * changed[i] : plain[i];
            plan.Run();
            float[] output = plan.Output(activations).ToArray();
            return [.. Enumerable.Range(0, activations.Shape.Channels).Select(channel => output[channel * positions * positions + at])];
        }
    }

    // The rectangle of pixels that have a gradient; null if the position sees padding alone.
    private static (int, int, int, int)? Footprint(Tensor tensor, int y, int x)
    {
        Tensor one = tensor.Slice(2, y, 1).Slice(3, x, 1).SumOver(0, 1, 2, 3).Reshape(new Shape());
        Tensor gradient = Phosphene.Runtime.Graphs.Gradients.Of(one, [Image])[0];
        float[] values = Evaluate.Of(gradient, (Image, Evaluate.Numbers(Size.Count, 1, 0.1f, 1)));
        (int Y, int X)[] seen = [.. Enumerable.Range(0, values.Length).Where(i => values[i] != 0).Select(i => (i / Size.Width % Size.Height, i % Size.Width))];
        if (seen.Length == 0) return null;
        (int top, int left) = (seen.Min(pixel => pixel.Y), seen.Min(pixel => pixel.X));
        return (top, left, seen.Max(pixel => pixel.Y) - top + 1, seen.Max(pixel => pixel.X) - left + 1);
    }
}
