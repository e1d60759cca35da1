using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Xunit;

namespace Phosphene.Runtime.Tests.Graphs;

public sealed class TensorTests
{
    private static Tensor Input(params int[] extents) => new(new Input(new Shape(extents), "x"));

    private static void Refused(string message, Func<Tensor> make) => Assert.Equal(message, Assert.Throws<ArgumentException>(make).Message);

    [Fact]
    public void Tensor_reads_as_operator_name_and_shape()
    {
        Assert.Equal("Input [2, 3]", Input(2, 3).ToString());
        Assert.Equal("Relu 'conv1' [2, 3]", new Tensor(new Relu(), Input(2, 3)) { Name = "conv1" }.ToString());
    }

    [Fact]
    public void Order_puts_each_tensor_after_its_inputs_and_once()
    {
        Tensor x = Input(3), a = x.Sin(), b = a * x, c = b + a, d = x.Cos();
        IReadOnlyList<Tensor> order = Tensor.InOrder([c, d, b]);
        Assert.Equal([x, a, b, c, d], order);
    }

    [Fact]
    public void Order_of_a_deep_graph_does_not_exhaust_the_stack()
    {
        Tensor x = Input(1), y = x;
        for (int i = 0; i < 100_000; i++) y = y.Relu();
        IReadOnlyList<Tensor> order = Tensor.InOrder([y]);
        Assert.Equal(100_001, order.Count);
        Assert.Same(x, order[0]);
        Assert.Same(y, order[^1]);
    }

    [Fact]
    public void Shortcuts_return_the_tensor_itself_where_nothing_changes()
    {
        Tensor x = Input(2, 3, 5, 7);
        Assert.Same(x, x.Reshape(new Shape(2, 3, 5, 7)));
        Assert.Same(x, x.BroadcastTo(x.Shape));
        Assert.Same(x, x.Slice(1, 0, 3));
        Assert.Same(x, x.Slice());
        Assert.Same(x, x.SumTo(x.Shape));
        Assert.Same(x, Tensor.Concat(1, x));
        Assert.NotSame(x, x.Slice(1, 0, 2, 2));
    }

    [Fact]
    public void Arithmetic_computes_what_it_says()
    {
        var given = new Sample();
        Tensor x = given.InputOf([2, -3], 2), y = given.InputOf([4, 5], 2);
        (Tensor Tensor, float[] Values)[] cases =
        [
            (x + y, [6, 2]), (x - y, [-2, -8]), (x * y, [8, -15]), (y / x, [2, -5f / 3]), (x + 1, [3, -2]), (1 + x, [3, -2]), (x - 1, [1, -4]), (1 - x, [-1, 4]),
            (x * 2, [4, -6]), (2 * x, [4, -6]), (x / 4, [0.5f, -0.75f]), (6 / x, [3, -2]), (-x, [-2, 3]), (x.Square(), [4, 9]),
            (Tensor.Max(x, -x), [2, 3]), (Tensor.Min(x, -x), [-2, -3]), (x.GreaterThan(0), [1, 0]), (y.GreaterThan(x + 7), [0, 1]), (x.Sum(), [-1]), (x.Mean(), [-0.5f]), (x.MaxOver(), [2]),
        ];
        float[][] values = Compare.Run(given, [.. cases.Select(one => one.Tensor)]);
        for (int i = 0; i < cases.Length; i++) Assert.Equal(cases[i].Values, values[i]);
    }

    [Fact]
    public void Reductions_take_negative_axes_in_any_order_and_keep_them()
    {
        Tensor x = Input(2, 3, 5, 7);
        Assert.Equal(new Shape(2, 1, 5, 1), x.SumOver(-1, 1).Shape);
        Assert.Equal(new Shape(2, 1, 5, 1), x.MaxOver(1, 3, 1).Shape);
        Assert.Equal(new Shape(1, 1, 1, 1), x.MeanOver().Shape);
        Assert.Equal(Shape.Scalar, x.Mean().Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => x.SumOver(4));
    }

    [Fact]
    public void Sum_to_a_shape_undoes_broadcasting()
    {
        var given = new Sample();
        Tensor x = given.InputOf([1, 2, 3, 4, 5, 6], 2, 3);
        float[][] values = Compare.Run(given, [x.SumTo(new Shape(3)), x.SumTo(new Shape(2, 1)), x.SumTo(Shape.Scalar), x.SumTo(new Shape(1, 1))]);
        Assert.Equal([5, 7, 9], values[0]);
        Assert.Equal([6, 15], values[1]);
        Assert.Equal([21], values[2]);
        Assert.Equal([21], values[3]);
    }

    [Fact]
    public void Slices_by_ranges_say_rows_before_columns()
    {
        Tensor x = Input(1, 2, 5, 9);
        Assert.Equal(new Shape(1, 2, 3, 4), x.Slice(1..4, ^4..).Shape);
        Assert.Equal(new Shape(1, 2, 5, 2), x.Slice(x: ..2).Shape);
        Assert.Equal(new Shape(1, 1, 5, 9), x.Channel(1).Shape);
    }

    [Fact]
    public void Operators_on_shapes_that_do_not_fit_name_both()
    {
        Refused("Shapes [2, 3] and [2, 5] do not broadcast: 3 against 5.", () => Input(2, 3) + Input(2, 5));
        Refused("Reshape from [2, 3] (6 elements) to [5] (5 elements) changes the count.", () => Input(2, 3).Reshape(new Shape(5)));
        Refused("Shape [2, 3] does not broadcast to [3].", () => Input(2, 3).BroadcastTo(new Shape(3)));
        Refused("Shapes [2, 3] and [2, 4] do not broadcast: 3 against 4.", () => Input(2, 3).BroadcastTo(new Shape(2, 4)));
        Refused("Transpose by (0, 0) needs each axis of [2, 3] exactly once.", () => Input(2, 3).Transpose(0, 0));
        Refused("Transpose by (1) needs each axis of [2, 3] exactly once.", () => Input(2, 3).Transpose(1));
        Refused("Slice of 3 elements from 1 by steps of 2 does not fit axis 1 of [2, 5], which has 5.", () => Input(2, 5).Slice(1, 1, 3, 2));
        Refused("Slice of 0 elements from 1 by steps of 1 does not fit axis 1 of [2, 5], which has 5.", () => Input(2, 5).Slice(1, 1, 0));
        Refused("SliceGradient of [2, 3] from 1 by steps of 2 does not fit an axis of 5.", () => new Tensor(new SliceGradient(1, 1, 2, 5), Input(2, 3)));
        Refused("Concat along axis 1 of [2, 3, 5] and [2, 4, 6]: all other extents must be equal.", () => Tensor.Concat(1, Input(2, 3, 5), Input(2, 4, 6)));
        Refused("Pad of [2, 3] needs 2 extents before and after; got 1 and 1.", () => new Tensor(new Pad([1], [1]), Input(2, 3)));
        Refused("Pad by (-1, 0) on axis 1 of [2, 3] must not be negative.", () => new Tensor(new Pad([0, -1], [0, 0]), Input(2, 3)));
        Refused("Reflecting pad by (0, 3) needs more than that many elements on axis 1 of [2, 3].", () => new Tensor(new Pad([0, 0], [0, 3], PadMode.Reflect), Input(2, 3)));
    }

    [Fact]
    public void Products_and_models_on_shapes_that_do_not_fit_name_both()
    {
        var window = new Window(3, 2);
        Refused("MatMul needs operands of rank 2 or more; got [3] and [3, 4].", () => Input(3).MatMul(Input(3, 4)));
        Refused("MatMul of [2, 3] transposed and [3, 4]: 2 columns against 3 rows.", () => Input(2, 3).MatMul(Input(3, 4), true));
        Refused("Shapes [2] and [5] do not broadcast: 2 against 5.", () => Input(2, 3, 4).MatMul(Input(5, 4, 6)));
        Refused("Conv2D needs an input [N, C, H, W] and a weight [O, C, H, W]; got [3, 6, 8] and [4, 3, 3, 2].", () => Input(3, 6, 8).Conv2D(Input(4, 3, 3, 2), null, window));
        Refused("Conv2D of [1, 3, 6, 8] with weight [4, 3, 3, 2] cannot be divided into 2 groups.", () => Input(1, 3, 6, 8).Conv2D(Input(4, 3, 3, 2), null, window, 2));
        Refused("Weight [64, 3, 3, 2] needs 3 input channels, input is [1, 1, 6, 8].", () => Input(1, 1, 6, 8).Conv2D(Input(64, 3, 3, 2), null, window));
        Refused("Weight [4, 3, 2, 3] does not have the window's kernel 3 x 2 (height x width).", () => Input(1, 3, 6, 8).Conv2D(Input(4, 3, 2, 3), null, window));
        Refused("Bias [3] should be [4] for weight [4, 3, 3, 2].", () => Input(1, 3, 6, 8).Conv2D(Input(4, 3, 3, 2), Input(3), window));
        Refused("The gradient [1, 4, 4, 6] of a convolution of [1, 3, 6, 8] should be [1, 4, 4, 7].", () => new Tensor(new Conv2DInputGradient(window, 1, new Shape(1, 3, 6, 8)), Input(1, 4, 4, 6), Input(4, 3, 3, 2)));
        Refused("The gradient [1, 4, 4, 6] of a convolution of [1, 3, 6, 8] should be [1, 4, 4, 7].", () => new Tensor(new Conv2DWeightGradient(window, 1, new Shape(4, 3, 3, 2)), Input(1, 3, 6, 8), Input(1, 4, 4, 6)));
        Refused("MaxPool2D needs an input [N, C, H, W]; got [3, 6, 8].", () => Input(3, 6, 8).MaxPool(window));
        Refused("AveragePool2D needs an input [N, C, H, W]; got [3, 6, 8].", () => Input(3, 6, 8).AveragePool(window));
        Refused("MaxPool2D of [1, 1, 6, 8]: a window of 3 x 2 lies wholly in the padding.", () => Input(1, 1, 6, 8).MaxPool(new Window(3, 2, Bottom: 3)));
        Refused("MaxPool2D of [1, 1, 6, 8]: a window of 3 x 2 lies wholly in the padding.", () => Input(1, 1, 6, 8).MaxPool(new Window(3, 2, Left: 2)));
        Refused("A window of 3 (dilation 1) does not fit an input height of 2 with padding 0 and 0.", () => Input(1, 1, 2, 8).MaxPool(window));
    }

    [Fact]
    public void Gradients_of_other_shapes_than_the_result_name_both()
    {
        var window = new Window(3, 2);
        Refused("The gradient [1, 1, 4, 8] of a pool of [1, 1, 6, 8] should be [1, 1, 4, 7].", () => new Tensor(new MaxPool2DGradient(window), Input(1, 1, 6, 8), Input(1, 1, 4, 8)));
        Refused("The gradient [1, 1, 4, 8] of a pool of [1, 1, 6, 8] should be [1, 1, 4, 7].", () => new Tensor(new AveragePool2DGradient(new(window, false), new Shape(1, 1, 6, 8)), Input(1, 1, 4, 8)));
        Refused("The gradient [1, 1, 4, 8] of an LRN of [1, 1, 6, 8] should have that shape.", () => new Tensor(new LrnGradient(new Lrn(5, 1, 0.75f, 1)), Input(1, 1, 6, 8), Input(1, 1, 4, 8)));
        Refused("The gradient [3] of a pad of [4] should be [7].", () => new Tensor(new PadGradient(new Pad([1], [2]), new Shape(4)), Input(3)));
    }

    [Fact]
    public void Leaves_need_as_many_values_as_their_shape()
    {
        Refused("A constant of shape [2, 3] needs 6 values; got 5.", () => Tensor.Constant(new Shape(2, 3), new float[5]));
        Refused("Parameter 'image' of shape [2, 3] needs 6 values; got 7.", () => new Tensor(new Parameter(new Shape(2, 3), new float[7], "image")));
    }
}
