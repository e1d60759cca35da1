using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class ConvolutionKernelTests
{
    /// <summary>x [Batch, Channels, Height, Width] with a weight [Outputs, Channels / Groups, ...]; without bias if Bias is false.</summary>
    private sealed record Case(int Batch, int Channels, int Height, int Width, int Outputs, Window Window, int Groups = 1, bool Bias = true);

    private static readonly Dictionary<string, Case> All = new()
    {
        ["1x1"] = new(2, 16, 7, 11, 40, new(1, 1)),
        ["1x1, stride 2, 17 channels"] = new(2, 17, 7, 11, 24, new(1, 1, 2, 2)),
        ["1x1, many strips and chunks"] = new(2, 900, 9, 11, 33, new(1, 1)),
        ["1x1 in sevens"] = new(2, 24, 7, 7, 40, new(1, 1)),
        ["1x1 in sevens, many strips and chunks"] = new(1, 900, 21, 10, 56, new(1, 1), Bias: false),
        ["3x3 in sevens"] = new(2, 17, 7, 6, 40, new(3, 3, 1, 1, 1, 1, 1, 1)),
        ["5x3 in sevens, stride 2"] = new(2, 24, 28, 13, 56, new(5, 3, 2, 2, 2, 1, 2, 1)),
        ["1x1, a block and a channel"] = new(2, 17, 7, 11, 40, new(1, 1)),
        ["1x1, chunks and three channels of a block"] = new(2, 835, 7, 9, 18, new(1, 1)),
        ["1x1 in sevens, 5 to 17 channels"] = new(2, 5, 7, 7, 17, new(1, 1)),
        ["1x1 on one pixel"] = new(2, 40, 1, 1, 17, new(1, 1)),
        ["3x3, same size"] = new(2, 16, 9, 14, 16, new(3, 3, 1, 1, 1, 1, 1, 1)),
        ["3x3, 17 to 24 channels"] = new(2, 17, 9, 7, 24, new(3, 3, 1, 1, 1, 1, 1, 1)),
        ["3x3, unpadded, 40 to 1 channels"] = new(1, 40, 5, 13, 1, new(3, 3)),
        ["3x3 of gray"] = new(2, 1, 9, 7, 3, new(3, 3, 1, 1, 1, 1, 1, 1)),
        ["7x7 of colour, stride 2"] = new(2, 3, 19, 23, 40, new(7, 7, 2, 2, 3, 3, 3, 3)),
        ["5x5, no bias"] = new(1, 24, 9, 12, 17, new(5, 5, 1, 1, 2, 2, 2, 2), Bias: false),
        ["3x2"] = new(2, 17, 8, 11, 16, new(3, 2, 1, 1, 1, 0, 0, 1)),
        ["5x5 of colour to 4 channels, parts of a batch"] = new(7, 3, 27, 22, 4, new(5, 5, 1, 1, 2, 2, 2, 2)),
        ["5x5, 4 to 8 channels, parts of a batch"] = new(9, 4, 24, 27, 8, new(5, 5, 1, 1, 2, 2, 2, 2)),
        ["5x5, 8 to 16 channels"] = new(3, 8, 13, 11, 16, new(5, 5, 1, 1, 2, 2, 2, 2)),
        ["3x3, 16 to 32 channels on few pixels"] = new(5, 16, 3, 2, 32, new(3, 3, 1, 1, 1, 1, 1, 1)),
        ["3x3, unpadded, 5 to 9 channels"] = new(2, 5, 6, 9, 9, new(3, 3)),
        ["1x1, 3 to 2 channels"] = new(2, 3, 5, 7, 2, new(1, 1)),
        ["1x1, 7 to 20 channels"] = new(2, 7, 5, 7, 20, new(1, 1)),
        ["3x3, stride 2, 6 to 5 channels"] = new(2, 6, 9, 12, 5, new(3, 3, 2, 2, 1, 1, 1, 1)),
        ["3x3, 3 groups of 2 to 3 channels"] = new(2, 6, 7, 8, 9, new(3, 3, 1, 1, 1, 1, 1, 1), Groups: 3),
        ["depthwise, 5 channels"] = new(2, 5, 7, 8, 5, new(3, 3, 1, 1, 1, 1, 1, 1), Groups: 5),
        ["1x7"] = new(1, 24, 6, 13, 40, new(1, 7, 1, 1, 0, 3, 0, 3)),
        ["7x1"] = new(1, 24, 13, 6, 40, new(7, 1, 1, 1, 3, 0, 3, 0)),
        ["stride 2 by 3"] = new(2, 17, 14, 17, 24, new(3, 5, 2, 3, 1, 2, 1, 2)),
        ["stride 3 by 1 past a 2x2 kernel"] = new(2, 16, 14, 9, 17, new(2, 2, 3, 1)),
        ["stride beyond the kernel"] = new(2, 3, 13, 16, 17, new(1, 2, 3, 3)),
        ["dilation 2"] = new(2, 16, 11, 14, 24, new(3, 3, 1, 1, 2, 2, 2, 2, 2, 2)),
        ["dilation 2 by 1, stride 2"] = new(2, 17, 11, 14, 16, new(3, 3, 2, 2, 2, 1, 1, 0, 2, 1)),
        ["dilation 3, stride 2 by 3"] = new(1, 3, 17, 21, 16, new(3, 2, 2, 3, 1, 4, 0, 2, 3, 3)),
        ["asymmetric pads"] = new(2, 24, 8, 5, 17, new(3, 3, 1, 1, 0, 2, 1, 0)),
        ["asymmetric pads, stride 2, colour"] = new(2, 3, 12, 15, 16, new(3, 3, 2, 2, 0, 0, 1, 1)),
        ["wide pads"] = new(1, 17, 3, 4, 16, new(2, 2, 1, 1, 3, 2, 4, 5)),
        ["image smaller than the kernel"] = new(2, 16, 2, 3, 24, new(5, 5, 1, 1, 2, 2, 2, 2)),
        ["2 groups"] = new(2, 32, 7, 9, 48, new(3, 3, 1, 1, 1, 1, 1, 1), Groups: 2),
        ["2 groups of 17"] = new(2, 34, 7, 9, 24, new(3, 3, 1, 1, 1, 1, 1, 1), Groups: 2),
        ["2 groups of 40 to 2 x 20, no bias"] = new(1, 80, 5, 7, 40, new(3, 2, 1, 2, 1, 0, 1, 1), Groups: 2, Bias: false),
        ["4 groups of 6, stride 2"] = new(2, 24, 8, 11, 40, new(3, 3, 2, 2, 1, 1, 1, 1), Groups: 4),
        ["4 groups of colour and alpha"] = new(2, 4, 8, 11, 8, new(3, 3, 1, 1, 1, 1, 1, 1), Groups: 4),
        ["depthwise"] = new(2, 24, 8, 11, 24, new(3, 3, 1, 1, 1, 1, 1, 1), Groups: 24),
        ["depthwise, stride 2, dilation 2"] = new(2, 40, 11, 14, 40, new(3, 3, 2, 2, 2, 1, 1, 2, 2, 2), Groups: 40),
        ["depthwise, no bias"] = new(1, 17, 5, 7, 17, new(5, 2, 1, 1, 2, 0, 2, 1), Groups: 17, Bias: false),
        ["depthwise, many strips"] = new(1, 16, 30, 29, 16, new(3, 3, 1, 1, 1, 1, 1, 1), Groups: 16),
        ["depthwise, stride 2, twice as many outputs"] = new(1, 17, 9, 12, 34, new(5, 5, 2, 2, 2, 2, 2, 2), Groups: 17),
        ["many strips"] = new(1, 3, 29, 31, 17, new(3, 3, 1, 1, 1, 1, 1, 1)),
        ["many panels"] = new(1, 16, 6, 5, 80, new(3, 3, 1, 1, 1, 1, 1, 1)),
    };

    public static TheoryData<string> Cases => [.. All.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Forward_agrees_with_the_reference(string name) => Forward(All[name]);

    [Theory, MemberData(nameof(Cases))]
    public void Gradient_in_the_input_agrees_with_the_reference(string name) => InputGradient(All[name]);

    [Theory, MemberData(nameof(Cases))]
    public void Gradient_in_the_weight_agrees_with_the_reference(string name) => WeightGradient(All[name]);

    // Kernel, strides, pads and dilations; batch, groups, channels and outputs of a group, height, width and whether there is no bias. More often than not there is one group.
    private static readonly Arbitrary<int[]> Geometries = Ranges.Of(
        (1, 4), (1, 4), (1, 3), (1, 3), (0, 3), (0, 3), (0, 3), (0, 3), (1, 2), (1, 2),
        (1, 2), (-1, 3), (1, 19), (1, 19), (7, 12), (7, 12), (0, 1));

    [Property(MaxTest = 40)]
    public Property Any_geometry_agrees_with_the_reference() => Prop.ForAll(Geometries, d =>
    {
        int groups = Math.Max(1, d[11]);
        var window = new Window(d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7], d[8], d[9]);
        var one = new Case(d[10], groups * d[12], d[14], d[15], groups * d[13], window, groups, d[16] == 0);
        try
        {
            Forward(one);
            InputGradient(one);
            WeightGradient(one);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"This geometry fails: {one}", failure);
        }
    });

    [Fact]
    public void Weights_and_biases_that_are_inputs_are_repacked_in_every_run()
    {
        var given = new Sample();
        Tensor y = given.Input(2, 17, 6, 8).Conv2D(given.Input(24, 17, 3, 2), given.Input(24), new Window(3, 2, 2, 1, 1, 0, 0, 1));
        Compare.WithReference(given, y);
    }

    [Theory, InlineData(17), InlineData(5), InlineData(24)]
    public void What_is_infinite_does_not_pass_lanes_that_are_no_channels(int channels)
    {
        var given = new Sample();
        float[] pixels = new float[16 * 7];
        pixels[3] = float.PositiveInfinity;
        var one = new Window(1, 1);
        Tensor wide = given.InputOf(pixels, 1, 16, 1, 7).Conv2D(Tensor.Constant(new Shape(channels, 16, 1, 1), [.. Enumerable.Repeat(-1f, channels * 16)]), null, one).Relu();
        Compare.WithReference(given, wide.Conv2D(given.Constant(8, channels, 1, 1), null, one));
    }

    private static void Forward(Case one)
    {
        var given = new Sample();
        Tensor x = given.Input(one.Batch, one.Channels, one.Height, one.Width);
        Compare.WithReference(given, x.Conv2D(Weight(given, one), one.Bias ? given.Constant(one.Outputs) : null, one.Window, one.Groups));
    }

    private static void InputGradient(Case one)
    {
        var given = new Sample();
        (Shape x, Tensor w) = (new(one.Batch, one.Channels, one.Height, one.Width), Weight(given, one));
        Tensor dy = given.Input([.. new Conv2D(one.Window, one.Groups).Infer([x, w.Shape])]);
        Compare.WithReference(given, new Tensor(new Conv2DInputGradient(one.Window, one.Groups, x), dy, w));
    }

    private static void WeightGradient(Case one)
    {
        var given = new Sample();
        Tensor x = given.Input(one.Batch, one.Channels, one.Height, one.Width);
        Shape w = Weight(given, one).Shape;
        Tensor dy = given.Input([.. new Conv2D(one.Window, one.Groups).Infer([x.Shape, w])]);
        Compare.WithReference(given, new Tensor(new Conv2DWeightGradient(one.Window, one.Groups, w), x, dy));
    }

    private static Tensor Weight(Sample given, Case one) =>
        given.Constant(one.Outputs, one.Channels / one.Groups, one.Window.KernelY, one.Window.KernelX);
}
