using Phosphene.Runtime.Graphs;
using Phosphene.Runtime.Tests.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Execution;

public sealed class PoolingKernelTests
{
    private static readonly Dictionary<string, (int[] Shape, Window Window)> All = new()
    {
        ["2x2, stride 2"] = ([2, 16, 8, 10], new(2, 2, 2, 2)),
        ["3x3, stride 2, overlapping"] = ([2, 17, 9, 13], new(3, 3, 2, 2)),
        ["3x3, stride 2, padded"] = ([2, 24, 9, 12], new(3, 3, 2, 2, 1, 1, 1, 1)),
        ["3x3, stride 1, same size"] = ([1, 40, 7, 5], new(3, 3, 1, 1, 1, 1, 1, 1)),
        ["ceil mode as padding"] = ([2, 3, 8, 10], new(3, 3, 2, 2, 0, 0, 1, 1)),
        ["3x2, stride 3 by 1"] = ([2, 1, 11, 6], new(3, 2, 3, 1, 1, 0, 0, 1)),
        ["stride beyond the kernel"] = ([1, 17, 11, 9], new(2, 1, 3, 2)),
        ["dilation 2 by 1"] = ([2, 17, 9, 8], new(3, 3, 1, 2, 2, 1, 1, 0, 2, 1)),
        ["side by side, a rest below and right"] = ([2, 17, 9, 11], new(2, 3, 2, 3)),
        ["whole image"] = ([2, 40, 3, 5], new(3, 5)),
        ["1x1"] = ([2, 3, 4, 5], new(1, 1)),
        ["more taps than a byte counts"] = ([1, 17, 18, 19], new(17, 16, 1, 2)),
        ["a long row"] = ([1, 3, 5, 150], new(3, 3, 2, 2, 1, 1, 1, 1)),
    };

    public static TheoryData<string> Cases => [.. All.Keys];

    [Theory, MemberData(nameof(Cases))]
    public void Maximum_agrees_with_the_reference(string name)
    {
        var given = new Sample();
        Compare.WithReference(given, given.Input(All[name].Shape).MaxPool(All[name].Window));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Gradient_of_the_maximum_agrees_with_the_reference(string name)
    {
        var given = new Sample();
        (Tensor x, Window window) = (given.Input(All[name].Shape), All[name].Window);
        Compare.WithReference(given, new Tensor(new MaxPool2DGradient(window), x, given.Input([.. x.MaxPool(window).Shape])));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Mean_agrees_with_the_reference(string name)
    {
        var given = new Sample();
        Tensor x = given.Input(All[name].Shape);
        Compare.WithReference(given, x.AveragePool(All[name].Window), x.AveragePool(All[name].Window, countPadding: true));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Gradient_of_the_mean_agrees_with_the_reference(string name)
    {
        var given = new Sample();
        (var shape, Window window) = (new Shape(All[name].Shape), All[name].Window);
        Tensor dy = given.Input([.. new MaxPool2D(window).Infer([shape])]);
        Compare.WithReference(given,
            new Tensor(new AveragePool2DGradient(new(window, false), shape), dy), new Tensor(new AveragePool2DGradient(new(window, true), shape), dy));
    }

    [Fact]
    public void Padding_that_only_the_ceil_mode_added_does_not_count()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 17, 8, 11);
        var pool = new AveragePool2D(new Window(3, 4, 2, 2, 1, 1, 2, 3), CountPadding: true, CeilBottom: 1, CeilRight: 2);
        var y = new Tensor(pool, x);
        Compare.WithReference(given, y, new Tensor(new AveragePool2DGradient(pool, x.Shape), given.Input([.. y.Shape])));
    }

    [Fact]
    public void Divisor_counts_what_the_window_sees()
    {
        // Rows 0..3 with one above and two below, of which one is the ceil mode's; windows of 3 from -1, 1 and 3.
        var window = new Window(3, 1, 2, 1, Top: 1, Bottom: 2);
        int[] Divisors(bool count, int ceil) =>
            [.. Enumerable.Range(0, 3).Select(i => new AveragePool2D(window, count, ceil).Divisor(new Shape(1, 1, 4, 7), i, 0))];
        Assert.Equal([2, 3, 1], Divisors(count: false, ceil: 1));
        Assert.Equal([3, 3, 2], Divisors(count: true, ceil: 1));
        Assert.Equal([3, 3, 3], Divisors(count: true, ceil: 0));
    }

    [Fact]
    public void Among_equals_the_first_in_row_major_order_gets_the_gradient()
    {
        var given = new Sample();
        Tensor x = given.InputOf([3, 1, 3, /**/ 0, 3, 3, /**/ 3, 3, 2], 1, 1, 3, 3);
        Tensor dy = given.InputOf([1, 10, 100, 1000], 1, 1, 2, 2);
        var dx = new Tensor(new MaxPool2DGradient(new Window(2, 2)), x, dy);
        Assert.Equal([1, 0, 10, 0, 1100, 0, 0, 0, 0], Compare.Run(given, [dx])[0]);
        Compare.WithReference(given, dx);
    }

    [Fact]
    public void Equal_values_on_all_lanes_have_one_winner_each()
    {
        var given = new Sample();
        Tensor x = given.Input(2, 17, 7, 9).Relu();              // half of the values are equal: zero
        Tensor dy = given.Input(2, 17, 6, 8);
        Compare.WithReference(given, new Tensor(new MaxPool2DGradient(new Window(2, 2)), x, dy));
    }

    [Fact]
    public void Maximum_of_negative_values_is_not_the_padding()
    {
        var given = new Sample();
        Tensor x = given.Input([2, 3, 5, 7], -2, -1);
        Compare.WithReference(given, x.MaxPool(new Window(3, 3, 2, 2, 1, 1, 1, 1)));
    }
}
