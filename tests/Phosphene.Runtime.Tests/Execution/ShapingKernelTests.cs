using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class ShapingKernelTests
{
    [Fact]
    public void Reshape_keeps_the_order()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3, 5, 7);
        Compare.WithReference(given, x.Reshape(new Shape(6, 35)), x.Reshape(new Shape(210)).Reshape(new Shape(7, 1, 30)));
    }

    [Theory]
    [InlineData(new[] { 7 }, new[] { 2, 3, 7 })]
    [InlineData(new[] { 3, 1 }, new[] { 2, 3, 7 })]
    [InlineData(new[] { 1, 17, 1, 1 }, new[] { 2, 17, 5, 7 })]
    [InlineData(new[] { 2, 1, 5, 1 }, new[] { 2, 17, 5, 7 })]
    [InlineData(new int[] { }, new[] { 2, 3 })]
    [InlineData(new[] { 1 }, new[] { 1, 1 })]
    public void Broadcast_repeats(int[] from, int[] to)
    {
        var given = new Sample();
        Compare.WithReference(given, given.Input(from).BroadcastTo(new Shape(to)));
    }

    [Theory]
    [InlineData(0, 1, 2, 3)]
    [InlineData(0, 2, 3, 1)]
    [InlineData(0, 3, 1, 2)]
    [InlineData(3, 2, 1, 0)]
    [InlineData(1, 0, 3, 2)]
    public void Transpose_moves_axes(int a, int b, int c, int d)
    {
        var given = new Sample();
        Compare.WithReference(given, given.Input(2, 17, 5, 7).Transpose(a, b, c, d), given.Input(1, 3, 1, 4).Transpose(a, b, c, d));
    }

    [Fact]
    public void Transpose_of_three_axes_is_not_its_inverse()
    {
        var given = new Sample();
        Tensor x = given.InputOf([0, 1, 2, 3, 4, 5], 1, 2, 3), y = x.Transpose(2, 0, 1);
        Assert.Equal(new Shape(3, 1, 2), y.Shape);
        Assert.Equal([0, 3, 1, 4, 2, 5], Compare.Run(given, [y])[0]);
    }

    [Theory]
    [InlineData(0, 1, 1, 1)]
    [InlineData(0, 0, 2, 2)]
    [InlineData(1, 16, 1, 1)]
    [InlineData(1, 2, 5, 3)]
    [InlineData(2, 1, 3, 1)]
    [InlineData(2, 0, 3, 2)]
    [InlineData(3, 6, 1, 1)]
    [InlineData(3, 1, 3, 2)]
    public void Slice_and_unslice_agree_with_the_reference(int axis, int start, int length, int step)
    {
        var given = new Sample();
        Tensor x = given.Input(3, 17, 5, 7), y = x.Slice(axis, start, length, step);
        Compare.WithReference(given, y, new Tensor(new SliceGradient(axis, start, step, x.Shape[axis]), given.Input([.. y.Shape])));
    }

    [Fact]
    public void Slices_of_slices_agree_with_the_reference()
    {
        var given = new Sample();
        Tensor x = given.Input(3, 4, 9, 11), image = x.Image(1);
        Compare.WithReference(given, image, x.Slice(0, 1, 2).Slice(1, 1, 3).Slice(2..7, 3..), image.Channel(2).Relu(), x.Slice(0, 1, 2).Slice(0, 1, 1) * 2);
    }

    [Theory]
    [InlineData(PadMode.Constant)]
    [InlineData(PadMode.Reflect)]
    [InlineData(PadMode.Edge)]
    public void Pad_and_its_gradient_agree_with_the_reference(PadMode mode)
    {
        var given = new Sample();
        foreach ((int[] before, int[] after) in new[] { (new[] { 0, 0, 1, 2 }, new[] { 0, 0, 3, 1 }), ([0, 2, 0, 4], [0, 1, 0, 0]), ([1, 0, 0, 0], [1, 0, 0, 0]) })
        {
            var pad = new Pad([.. before], [.. after], mode, -0.5f);
            Tensor x = given.Input(2, 3, 4, 5), y = new(pad, x);
            Compare.WithReference(given, y, new Tensor(new PadGradient(pad, x.Shape), given.Input([.. y.Shape])));
        }
    }

    [Fact]
    public void Reflection_does_not_repeat_the_edge()
    {
        var given = new Sample();
        Tensor x = given.InputOf([1, 2, 3, 4], 1, 4);
        var reflected = new Tensor(new Pad([0, 2], [0, 3], PadMode.Reflect), x);
        var edge = new Tensor(new Pad([0, 2], [0, 3], PadMode.Edge), x);
        float[][] y = Compare.Run(given, [reflected, edge]);
        Assert.Equal([3, 2, 1, 2, 3, 4, 3, 2, 1], y[0]);
        Assert.Equal([1, 1, 1, 2, 3, 4, 4, 4, 4], y[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Concat_agrees_with_the_reference(int axis)
    {
        var given = new Sample();
        Tensor[] parts = [.. new[] { 1, 17, 4 }.Select(extent => given.Input([.. new Shape(2, 3, 5, 7).With(axis, extent)]))];
        Compare.WithReference(given, Tensor.Concat(axis, parts), Tensor.Concat(axis, parts[2], parts[0], parts[2]));
    }

    [Theory]
    [InlineData(3, 5, 2, 3)]
    [InlineData(3, 16, 5, 7)]
    [InlineData(3, 37, 5, 7)]
    [InlineData(3, 6, 1, 1)]
    public void A_channel_of_each_image_agrees_with_the_reference_in_rows_and_in_blocks(int n, int c, int h, int w)
    {
        var given = new Sample();
        Tensor x = given.Input(n, c, h, w), blocks = x.AveragePool(new Window(1, 1)), channels = Tensor.Constant(new Shape(n), c - 1, 0, c / 2), dy = given.Input(n, 1, h, w);
        Compare.WithReference(given, x.Channel(channels), blocks.Channel(channels), new Tensor(new ChannelPickGradient(c), dy, channels),
            new Tensor(new ChannelPickGradient(c), dy, channels).AveragePool(new Window(1, 1)));
    }

    [Fact]
    public void A_channel_of_logits_agrees_with_the_reference()
    {
        var given = new Sample();
        Tensor channels = Tensor.Constant(new Shape(2), 18, 3);
        Compare.WithReference(given, given.Input(2, 19).Channel(channels), new Tensor(new ChannelPickGradient(19), given.Input(2, 1), channels));
    }

    // Runs of one element, of a few, and of more than a part of the gradient's items; more numbers than an item of the forward kernel.
    [Theory]
    [InlineData(2, 3, 7, 1, 5)]
    [InlineData(3, 1, 4, 5, 9)]
    [InlineData(1, 2, 6, 131, 7)]
    [InlineData(2, 1, 50, 1, 8200)]
    public void Taken_elements_and_their_gradient_agree_with_the_reference(int b, int o, int p, int s, int m)
    {
        var given = new Sample();
        Tensor x = given.Input(b, o, p, s), dy = given.Input(b, o, m, s);
        Tensor own = Numbers(b, m, p), shared = Numbers(1, m, p);
        Compare.WithReference(given, x.Take(own), x.Take(shared), new Tensor(new TakeGradient(p), dy, own), new Tensor(new TakeGradient(p), dy, shared));
    }

    // Places in no order, some of them twice, one below and one beyond all.
    private static Tensor Numbers(int batch, int count, int places) =>
        Tensor.Constant(new Shape(batch, count), [.. Enumerable.Range(0, batch * count).Select(i => (float)(i * 7 % (places + 2) - 1))]);

    // One row and more rows than shares, of lengths that leave a tail; a layer in blocks, and numbers of which many are equal.
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 3, 5, 7)]
    [InlineData(3, 35, 2, 9)]
    [InlineData(2, 16, 13, 31)]
    public void Ranks_and_sorted_rows_agree_with_the_reference(int n, int c, int h, int w)
    {
        var given = new Sample();
        Tensor x = given.Input(n, c, h, w), equals = (x * 3).Relu().AveragePool(new Window(1, 1)), rows = equals.Reshape(new Shape(n, c, h * w));
        Compare.WithReference(given, x.Ranks(), rows.Ranks(), x.Sorted(), rows.Sorted(), Gradients.Of((rows.Sorted() * given.Input(n, c, h * w)).Sum(), [x])[0]);
    }

    [Fact]
    public void Ranks_by_hand()
    {
        var given = new Sample();
        Tensor x = given.InputOf([3, -1, 3, 0, -0f, float.NegativeInfinity, -2, float.PositiveInfinity], 2, 4);
        float[][] made = Compare.Run(given, [x.Ranks(), x.Sorted()]);
        Assert.Equal([2, 0, 3, 1, 2, 0, 1, 3], made[0]);
        Assert.Equal([-1, 0, 3, 3, float.NegativeInfinity, -2, 0, float.PositiveInfinity], made[1]);
    }

    [Fact]
    public void Equal_elements_keep_their_order_whatever_the_sign_of_zero()
    {
        var given = new Sample();
        Assert.Equal([0, 1, 2, 3, 4], Compare.Run(given, [given.InputOf([0, -0f, 0, -0f, 0], 1, 5).Ranks()])[0]);
    }

    [Fact]
    public void A_scalar_has_no_ranks() =>
        Assert.Equal("Ranks are along an axis; got a scalar, which has none.", Assert.Throws<ArgumentException>(() => Tensor.Constant(1f).Ranks()).Message);

    [Fact]
    public void A_place_that_is_not_a_number_is_no_place()
    {
        var given = new Sample();
        Tensor at = Tensor.Constant(new Shape(1, 2), float.NaN, 1);
        Assert.Equal([0, 4], Compare.Run(given, [given.InputOf([3, 4], 1, 1, 2, 1).Take(at)])[0]);
    }

    [Theory]
    [InlineData(5f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    public void A_channel_that_is_not_there_is_refused_when_the_plan_runs(float channel)
    {
        var given = new Sample();
        Tensor picked = given.Input(1, 5, 2, 3).Channel(Tensor.Constant(new Shape(1), channel));
        Assert.Contains("channels 0 to 4", Assert.Throws<ArgumentOutOfRangeException>(() => Compare.Run(given, [picked])).Message);
    }

    [Theory]
    [InlineData(5, 7, 10, 14)]
    [InlineData(12, 9, 5, 4)]
    public void Resizing_keeps_a_flat_image_flat_and_agrees_with_the_reference(int h, int w, int newH, int newW)
    {
        var given = new Sample();
        Compare.WithReference(given, given.Input(2, 3, h, w).Resize(newH, newW));
        Tensor flat = Tensor.Constant(0.7f).BroadcastTo(new Shape(1, 1, h, w)).Resize(newH, newW);
        Assert.All(Compare.Run(given, [flat])[0], value => Assert.Equal(0.7f, value, 1e-6f));
    }

    [Fact]
    public void Doubling_puts_three_quarters_of_the_nearer_pixel_between_two()
    {
        var given = new Sample();
        Assert.Equal([0, 1, 3, 4], Compare.Run(given, [given.InputOf([0, 4], 1, 1, 1, 2).Resize(1, 4)])[0]);
    }
}
