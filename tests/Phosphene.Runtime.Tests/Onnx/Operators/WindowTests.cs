using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Onnx;
using Phosphene.Runtime.Onnx.Importing;
using Xunit;
using static Phosphene.Runtime.Tests.Onnx.OnnxBytes;

namespace Phosphene.Runtime.Tests.Onnx.Operators;

/// <summary>Convolution and pooling: where the windows stand.</summary>
public sealed class WindowTests : ModelFiles
{
    private static readonly Shape X = new(2, 4, 9, 14);

    private static byte[] Kernel(long y, long x) => Attribute("kernel_shape", (long[])[y, x]);

    private static byte[] Longs(string name, params long[] values) => Attribute(name, values);

    [Fact]
    public void A_convolution_keeps_height_before_width()
    {
        Tensor y = Apply("Conv", X, 13, [Filled("", [6, 2, 3, 5]), Filled("", [6])],
            Kernel(3, 5), Longs("strides", 2, 1), Longs("pads", 0, 1, 2, 3), Longs("dilations", 1, 2), Attribute("group", 2));
        Assert.Equal(new Conv2D(new Window(3, 5, 2, 1, Top: 0, Left: 1, Bottom: 2, Right: 3, DilationY: 1, DilationX: 2), 2), y.Operator);
        Assert.Equal(new Shape(2, 6, 5, 10), y.Shape);
        Assert.Equal(["x", "c0", "c1"], y.Inputs.Select(input => input.Name));
    }

    [Fact]
    public void A_convolution_needs_neither_bias_nor_attributes() =>
        Assert.Equal(new Conv2D(new Window(3, 5)), Apply("Conv", X, 13, [Filled("", [6, 4, 3, 5])]).Operator);

    [Theory]
    [InlineData("SAME_UPPER", 2, 1, 2, 2)]
    [InlineData("SAME_LOWER", 2, 2, 2, 1)]
    [InlineData("VALID", 0, 0, 0, 0)]
    public void Automatic_padding_puts_the_odd_one_after_or_before(string auto, int top, int left, int bottom, int right)
    {
        // Height 9, stride 2: 5 windows reach (5 - 1)·2 + 5 = 13, 4 more than 9. Width 14, stride 3: 5 windows reach 12 + 5 = 17, 3 more than 14.
        Tensor y = Apply("Conv", X, 13, [Filled("", [1, 4, 5, 5])], Attribute("auto_pad", auto), Longs("strides", 2, 3));
        Assert.Equal(new Conv2D(new Window(5, 5, 2, 3, top, left, bottom, right)), y.Operator);
        if (auto != "VALID") Assert.Equal(new Shape(2, 1, 5, 5), y.Shape);
    }

    [Fact]
    public void Automatic_padding_counts_dilation() =>
        Assert.Equal(X, Apply("Conv", X, 13, [Filled("", [4, 4, 3, 3])], Attribute("auto_pad", "SAME_UPPER"), Longs("dilations", 2, 3)).Shape);

    [Theory]
    [InlineData("has auto_pad = SAME_UPPER and pads = [1, 1, 1, 1], where only one is allowed", "SAME_UPPER")]
    [InlineData("has auto_pad = 'SAME', where NOTSET, SAME_UPPER, SAME_LOWER or VALID is expected", "SAME")]
    public void Wrong_automatic_padding_is_refused(string expected, string auto) =>
        Assert.Contains(expected, Refused("Conv", X, 13, [Filled("", [4, 4, 3, 3])], Attribute("auto_pad", auto), Longs("pads", auto == "SAME" ? [0, 0, 0, 0] : [1, 1, 1, 1])).Message, StringComparison.Ordinal);

    [Fact]
    public void Convolutions_work_in_one_two_and_three_dimensions()
    {
        Assert.Equal(new Shape(1, 2, 7), Apply("Conv", new Shape(1, 4, 9), 13, [Filled("", [2, 4, 3])]).Shape);
        Assert.Equal(new Shape(1, 2, 8, 7, 6), Apply("Conv", new Shape(1, 4, 9, 9, 9), 13, [Filled("", [2, 4, 2, 3, 4])]).Shape);
        Assert.Contains("works on [1, 4, 9, 9, 9, 9], which is 4-D", Refused("Conv", new Shape(1, 4, 9, 9, 9, 9), 13, [Filled("", [1, 4, 1, 1, 1, 1])]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_convolution_of_other_channels_is_refused_with_both_shapes()
    {
        ModelFormatException failure = Refused("Conv", X, 13, [Filled("", [6, 3, 3, 3])]);
        Assert.Contains("Conv 'y_node' cannot take inputs of [2, 4, 9, 14], [6, 3, 3, 3]: Weight [6, 3, 3, 3] needs 3 input channels, input is [2, 4, 9, 14]", failure.Message, StringComparison.Ordinal);
        Assert.Equal(ModelFault.ShapeMismatch, failure.Fault);
    }

    public static TheoryData<string, byte[]> WrongAttributes => new()
    {
        { "has kernel_shape = [5, 3] (height, width), but a weight [6, 4, 3, 5]", Kernel(5, 3) },
        { "has kernel_shape = [3], where 2 numbers from 1 to 1048576 are expected", Longs("kernel_shape", 3) },
        { "has strides = [0, 1]", Longs("strides", 0, 1) },
        { "has dilations = [1, 9999999]", Longs("dilations", 1, 9999999) },
        { "has pads = [0, 0, -1, 0]", Longs("pads", 0, 0, -1, 0) },
        { "cannot be divided into 0 groups", Attribute("group", 0) },
        { "cannot be divided into 3 groups", Attribute("group", 3) },
        { "does not fit an input height of 9", Longs("dilations", 5, 1) },
    };

    [Theory]
    [MemberData(nameof(WrongAttributes))]
    public void A_wrong_convolution_is_refused(string expected, byte[] attribute) =>
        Assert.Contains(expected, Refused("Conv", X, 13, [Filled("", [6, 4, 3, 5])], attribute).Message, StringComparison.Ordinal);

    [Fact]
    public void Max_pooling_takes_strides_pads_and_dilations() =>
        Assert.Equal(new MaxPool2D(new Window(2, 3, 2, 1, 0, 1, 1, 2, 1, 2)),
            Apply("MaxPool", X, Kernel(2, 3), Longs("strides", 2, 1), Longs("pads", 0, 1, 1, 2), Longs("dilations", 1, 2), Attribute("storage_order", 0)).Operator);

    [Theory]
    // extent 9 and 14, kernel 2, stride 2: ceil(7 / 2) + 1 = 5 and 7 windows; only the height has a part window.
    [InlineData(2, 2, 0, 0, 1, 0, 5, 7)]
    // kernel 3, stride 2: ceil(6 / 2) + 1 = 4; ceil(11 / 2) + 1 = 7, the last starts at 12 and reaches 15.
    [InlineData(3, 2, 0, 0, 0, 1, 4, 7)]
    // kernel 2, stride 2, padding 1: ceil(9 / 2) + 1 = 6 windows at -1 .. 9 of 9: the sixth starts in the padding and goes.
    [InlineData(2, 2, 1, 1, 1, 1, 5, 8)]
    public void Rounding_up_adds_windows_that_start_inside(int kernel, int stride, int before, int after, int bottom, int right, int height, int width)
    {
        Tensor y = Apply("MaxPool", X, Kernel(kernel, kernel), Longs("strides", stride, stride), Longs("pads", before, before, after, after), Attribute("ceil_mode", 1));
        Assert.Equal(new MaxPool2D(new Window(kernel, kernel, stride, stride, before, before, bottom, right)), y.Operator);
        Assert.Equal(new Shape(2, 4, height, width), y.Shape);
    }

    [Fact]
    public void What_rounding_up_adds_never_counts_in_a_mean()
    {
        Tensor y = Apply("AveragePool", X, Kernel(3, 3), Longs("strides", 3, 4), Longs("pads", 1, 0, 0, 1), Attribute("ceil_mode", 1), Attribute("count_include_pad", 1));
        // Height: 9 + 1 - 3 = 7, ceil(7 / 3) + 1 = 4 windows reach 12: 2 more than 10. Width: 15 - 3 = 12, 4 windows reach 15: none.
        Assert.Equal(new AveragePool2D(new Window(3, 3, 3, 4, 1, 0, 2, 1), true, CeilBottom: 2, CeilRight: 0), y.Operator);
        Assert.Equal(new Shape(2, 4, 4, 4), y.Shape);
    }

    [Fact]
    public void Rounding_up_lets_one_window_cover_a_smaller_image() =>
        Assert.Equal(new Shape(1, 1, 1, 1), Apply("MaxPool", new Shape(1, 1, 2, 2), Kernel(3, 3), Longs("strides", 2, 2), Attribute("ceil_mode", 1)).Shape);

    [Fact]
    public void Rounding_up_does_not_make_room_for_any_window() =>
        Assert.Contains("A window of 5 (dilation 1) does not fit an input height of 2",
            Refused("MaxPool", new Shape(1, 1, 2, 9), 13, [], Kernel(5, 5), Longs("strides", 3, 3), Attribute("ceil_mode", 1)).Message, StringComparison.Ordinal);

    [Fact]
    public void Pooling_attributes_belong_to_their_operator_sets()
    {
        Assert.Contains("'ceil_mode', which MaxPool of operator set 9", Refused("MaxPool", X, 9, [], Kernel(2, 2), Attribute("ceil_mode", 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'dilations', which AveragePool of operator set 13", Refused("AveragePool", X, 13, [], Kernel(2, 2), Longs("dilations", 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'storage_order', which MaxPool of operator set 7", Refused("MaxPool", X, 7, [], Kernel(2, 2), Attribute("storage_order", 0)).Message, StringComparison.Ordinal);
        Assert.Contains("has no kernel_shape, which it needs", Refused("MaxPool", X, 13, []).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_indices_of_max_pooling_have_the_shape_of_the_maxima()
    {
        ImportedGraph graph = Bind(X, [Node("MaxPool", "x", "y where", Kernel(2, 2))]);
        Assert.Equal(new Shape(2, 4, 8, 13), graph["y"].Shape);
        Assert.Equal(new Shape(2, 4, 8, 13), graph["where"].Shape);
    }

    [Fact]
    public void Global_pooling_leaves_one_position()
    {
        Assert.Equal(new Linear(1 / 126f, 0), Apply("GlobalAveragePool", X).Operator);
        Assert.Equal(new Shape(2, 4, 1, 1), Apply("GlobalAveragePool", X).Shape);
        Assert.Equal(new Max([2, 3]), Apply("GlobalMaxPool", X).Operator);
    }
}
