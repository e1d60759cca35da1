using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Execution;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Compilation;

/// <summary>
/// Chains of operators whose values stay in blocks of sixteen channels. Lanes past the last channel must be zero: an LRN at the end reads them as
/// neighbours of the last channel, so it shows when they are not.
/// </summary>
public sealed class LayoutTests
{
    private static readonly Window Same = new(3, 3, 1, 1, 1, 1, 1, 1), Half = new(3, 3, 2, 2, 0, 0, 1, 1);

    private static Tensor Lrn(Tensor x) => new(new Lrn(5, 2, 0.75f, 1), x);

    // A value in blocks: what a convolution makes.
    private static Tensor Blocked(Sample given, int channels, int height = 6, int width = 8) =>
        given.Input(2, 5, height, width).Conv2D(given.Constant(channels, 5, 1, 1), given.Constant(channels), new Window(1, 1));

    [Theory]
    [InlineData(16, 32)]
    [InlineData(24, 24)]
    [InlineData(17, 40)]
    [InlineData(3, 16)]
    public void Convolutions_pools_normalization_and_concat_follow_each_other(int first, int second)
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3, 13, 17);
        Tensor a = x.Conv2D(given.Constant(first, 3, 3, 3), given.Constant(first), Same).Relu();
        Tensor b = Lrn(a.MaxPool(Half));
        Tensor left = b.Conv2D(given.Constant(second, first, 1, 1), null, new Window(1, 1)).Relu();
        Tensor right = b.Conv2D(given.Constant(16, first, 3, 3), given.Constant(16), Same);
        Tensor pool = b.MaxPool(Same).Conv2D(given.Constant(first, first, 1, 1), null, new Window(1, 1));
        Tensor y = Tensor.Concat(1, left, right, pool);
        Compare.WithReference(given, y, Lrn(y), y.Conv2D(given.Constant(17, second + 16 + first, 3, 2), null, new Window(3, 2)));
    }

    [Fact]
    public void Parts_of_a_concat_are_read_in_their_place()
    {
        var given = new Sample();
        Tensor a = Blocked(given, 16), b = Blocked(given, 32), y = Tensor.Concat(1, a, b);
        Compare.WithReference(given, y, a.Relu(), b.MaxPool(Half), Lrn(b), a.Sigmoid(), b + b, a, b.SumOver(1), b.Conv2D(given.Constant(17, 32, 1, 1), null, new Window(1, 1)));
    }

    [Fact]
    public void One_tensor_may_stand_twice_in_a_concat_or_in_two()
    {
        var given = new Sample();
        Tensor a = Blocked(given, 16), b = Blocked(given, 32);
        Tensor twice = Tensor.Concat(1, a, b, a), other = Tensor.Concat(1, b, a);
        Compare.WithReference(given, twice, other, Lrn(twice), Lrn(Tensor.Concat(1, twice, other)));
    }

    [Fact]
    public void Concat_takes_parts_in_blocks_and_not_in_blocks()
    {
        var given = new Sample();
        Tensor a = Blocked(given, 16), x = given.Input(2, 16, 6, 8), c = given.Constant(2, 32, 6, 8);
        Compare.WithReference(given, Tensor.Concat(1, a, x, c), Lrn(Tensor.Concat(1, x, a)), Tensor.Concat(0, a, x), Tensor.Concat(2, a, x), Tensor.Concat(1, x, c));
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(16, 16)]
    [InlineData(16, 24)]
    [InlineData(32, 8)]
    [InlineData(16, 8)]
    [InlineData(3, 20)]
    [InlineData(8, 16)]
    public void Slices_of_channels_in_blocks_agree_with_the_reference(int start, int length)
    {
        var given = new Sample();
        Tensor x = Blocked(given, 40), y = x.Slice(1, start, length);
        Compare.WithReference(given, y, Lrn(y), y.Relu(), y.Sigmoid(), y * y, y + Blocked(given, length), y.Conv2D(given.Constant(17, length, 3, 3), null, Same),
            y.Conv2D(given.Constant(17, length, 1, 1), null, new Window(1, 1)), y.MaxPool(Half), y.Reshape(new Shape(2, length * 48)), y.SumOver(2, 3), y.Image(1));
    }

    [Fact]
    public void Slices_of_other_axes_in_blocks_agree_with_the_reference()
    {
        var given = new Sample();
        Tensor x = Blocked(given, 24), image = x.Image(1), window = x.Slice(1..5, 2..7);
        Compare.WithReference(given, image, Lrn(image), image.Sigmoid(), image + x.Image(0), window, Lrn(window), x.Slice(1, 0, 12, 2), x.Slice(1, 16, 8).Image(1).Conv2D(given.Constant(3, 8, 3, 2), null, new Window(3, 2)));
    }

    private static readonly Dictionary<string, Func<Tensor, Tensor>> NotKeepingZero = new()
    {
        ["sigmoid"] = x => x.Sigmoid(),
        ["exponential"] = x => x.Exp(),
        ["cosine"] = x => x.Cos(),
        ["linear with offset"] = x => 3 * x + 2,
        ["clip above zero"] = x => x.Clip(0.25f, 2),
        ["power 0"] = x => x.Pow(0),
        ["power -2"] = x => (x.Abs() + 1).Pow(-2),
        ["logarithm"] = x => (x.Abs() + 2).Log(),
        ["quotient"] = x => x / (x.Abs() + 1),
        ["quotient by itself"] = x => (x.Square() + 1) / (x.Square() + 2),
        ["plus a number"] = x => x + Tensor.Constant(3),
        ["a number minus"] = x => Tensor.Constant(3) - x,
        ["at least a number"] = x => Tensor.Max(x, Tensor.Constant(0.5f)),
        ["at most a number"] = x => Tensor.Min(Tensor.Constant(-0.5f), x),
        ["greater than a number"] = x => x.GreaterThan(-0.5f),
        ["a number is greater"] = x => Tensor.Constant(new Shape(1, 1), 0.5f).GreaterThan(x),
        ["plus one number per channel"] = x => x + Tensor.Constant(new Shape(1, x.Shape.Channels, 1, 1), [.. Enumerable.Range(1, x.Shape.Channels).Select(c => (float)c)]),
        ["plus one number per pixel"] = x => x + Tensor.Constant(new Shape(6, 8), [.. Enumerable.Range(1, 48).Select(c => (float)c)]),
        ["plus a scalar input"] = x => x + x.MaxOver(),
        ["times a number"] = x => x * Tensor.Constant(3),
    };

    public static TheoryData<string, int> NotKeepingZeroCases
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (string name in NotKeepingZero.Keys)
                foreach (int channels in new[] { 1, 16, 17, 24 }) data.Add(name, channels);
            return data;
        }
    }

    [Theory, MemberData(nameof(NotKeepingZeroCases))]
    public void Lanes_past_the_last_channel_stay_zero(string name, int channels)
    {
        var given = new Sample();
        Tensor y = NotKeepingZero[name](Blocked(given, channels));
        Tensor weight = given.Constant(17, channels, 3, 2);
        Compare.WithReference(given, y, Lrn(y), y.Conv2D(weight, null, new Window(3, 2)), y.SumOver(1), y.MaxOver(1, 2, 3), y.MaxPool(Half));
    }

    [Fact]
    public void Lanes_of_one_pixel_and_one_channel_stay_zero()
    {
        var given = new Sample();
        Tensor x = given.Input(1, 3, 1, 1).Conv2D(given.Constant(1, 3, 1, 1), null, new Window(1, 1));
        Compare.WithReference(given, Lrn(x * x), Lrn(x + x), Lrn(x * 2 - x), Lrn(x.Square() * Tensor.Constant(2)));
    }

    [Fact]
    public void One_number_of_five_axes_makes_five_axes()
    {
        var given = new Sample();
        Tensor x = Blocked(given, 2), y = x * Tensor.Constant(new Shape(1, 1, 1, 1, 1), 2);
        Assert.Equal(new Shape(1, 2, 2, 6, 8), y.Shape);
        Compare.WithReference(given, y, y + 1);
    }

    [Theory]
    [InlineData(16)]
    [InlineData(17)]
    public void Pairs_of_blocks_broadcast(int channels)
    {
        var given = new Sample();
        Tensor x = Blocked(given, channels), row = Blocked(given, channels, 1, 8), one = Blocked(given, 1), image = x.Image(0);
        Compare.WithReference(given, x + row, Lrn(row - x), x * one, Lrn(one + x), x / (row.Abs() + 1), Lrn(image * x), Lrn(Tensor.Max(x, x.MaxOver(2, 3))), x + x.SumOver(1));
    }

    [Theory]
    [InlineData(16)]
    [InlineData(24)]
    public void Gradients_in_blocks_agree_with_the_reference(int channels)
    {
        var given = new Sample();
        Tensor x = given.Input(2, 3, 13, 17);
        Tensor a = x.Conv2D(given.Constant(channels, 3, 3, 3), given.Constant(channels), Same).Relu();
        Tensor b = Lrn(a.MaxPool(Half));
        Tensor y = Tensor.Concat(1, b.Conv2D(given.Constant(32, channels, 1, 1), null, new Window(1, 1)).Relu(), b.AveragePool(Same).Sigmoid());
        Compare.WithReference(given, [.. Gradients.Of((y * y).Mean() + y.Slice(1, 16, 8).Sum(), [x, a, b]), y]);
    }
}
