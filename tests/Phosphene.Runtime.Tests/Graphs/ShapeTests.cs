using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Runtime.Tests.Graphs;

public sealed class ShapeTests
{
    [Fact]
    public void Extents_have_the_names_of_their_axes()
    {
        var shape = new Shape(2, 3, 5, 7);
        Assert.Equal((2, 3, 5, 7), (shape.Batch, shape.Channels, shape.Height, shape.Width));
        Assert.Equal((210, 4, 7, 3), (shape.Count, shape.Rank, shape[-1], shape[-3]));
        Assert.Equal(15, shape.CountOf(1, 3));
        Assert.Equal(1, shape.CountOf(2, 2));
        Assert.Equal("[2, 3, 5, 7]", shape.ToString());
        Assert.Equal([2, 3, 5, 7], shape.Extents.ToArray());
    }

    [Fact]
    public void Scalar_has_one_element_and_no_extents()
    {
        Assert.Equal((1, 0, "[]"), (Shape.Scalar.Count, Shape.Scalar.Rank, Shape.Scalar.ToString()));
        Assert.Equal(new Shape(), Shape.Scalar);
    }

    [Fact]
    public void Shapes_are_equal_if_all_extents_are()
    {
        Assert.True(new Shape(2, 3) == new Shape(2, 3));
        Assert.True(new Shape(2, 3) != new Shape(3, 2));
        Assert.True(new Shape(2, 3) != new Shape(2, 3, 1));
        Assert.False(new Shape(2, 3) == null);
        Assert.True((Shape?)null == null);
        Assert.Equal(new Shape(2, 3).GetHashCode(), new Shape(2, 3).GetHashCode());
    }

    [Fact]
    public void With_replaces_one_extent_of_a_copy()
    {
        var shape = new Shape(2, 3, 5);
        Assert.Equal(new Shape(2, 7, 5), shape.With(1, 7));
        Assert.Equal(new Shape(2, 3, 9), shape.With(-1, 9));
        Assert.Equal(new Shape(2, 3, 5), shape);
    }

    [Fact]
    public void Axis_outside_the_rank_is_refused()
    {
        Assert.Equal(1, new Shape(2, 3, 5).NormalizeAxis(-2));
        foreach (int axis in new[] { 3, -4 })
        {
            string message = Assert.Throws<ArgumentOutOfRangeException>(() => new Shape(2, 3, 5)[axis]).Message;
            Assert.StartsWith($"Axis {axis} does not exist in shape [2, 3, 5] of rank 3.", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Negative_extents_and_too_many_elements_are_refused()
    {
        Assert.Equal("Shape [2, -3] has the negative extent -3.", Assert.Throws<ArgumentException>(() => new Shape(2, -3)).Message);
        Assert.Equal("Shape [65536, 32768] has more than 2147483647 elements.", Assert.Throws<ArgumentException>(() => new Shape(65536, 32768)).Message);
        Assert.Throws<ArgumentException>(() => new Shape(int.MaxValue, int.MaxValue, int.MaxValue));
        Assert.Equal(int.MaxValue, new Shape(1, int.MaxValue).Count);
        Assert.Equal(0, new Shape(0, int.MaxValue, 7).Count);
    }

    [Theory]
    [InlineData(new[] { 2, 3 }, new[] { 2, 3 }, new[] { 2, 3 })]
    [InlineData(new[] { 2, 3 }, new[] { 3 }, new[] { 2, 3 })]
    [InlineData(new[] { 3, 1 }, new[] { 2, 1, 5 }, new[] { 2, 3, 5 })]
    [InlineData(new int[] { }, new[] { 2, 3 }, new[] { 2, 3 })]
    [InlineData(new[] { 1, 1, 1 }, new[] { 7 }, new[] { 1, 1, 7 })]
    [InlineData(new[] { 1 }, new[] { 0 }, new[] { 0 })]
    public void Shapes_broadcast_as_in_numpy(int[] left, int[] right, int[] result)
    {
        Assert.Equal(new Shape(result), Shape.Broadcast(new Shape(left), new Shape(right)));
        Assert.Equal(new Shape(result), Shape.Broadcast(new Shape(right), new Shape(left)));
    }

    [Fact]
    public void Shapes_that_do_not_broadcast_are_named()
    {
        Assert.Equal("Shapes [2, 3] and [2, 5] do not broadcast: 3 against 5.", Assert.Throws<ArgumentException>(() => Shape.Broadcast(new Shape(2, 3), new Shape(2, 5))).Message);
        Assert.Equal("Shapes [2, 3] and [2] do not broadcast: 3 against 2.", Assert.Throws<ArgumentException>(() => Shape.Broadcast(new Shape(2, 3), new Shape(2))).Message);
    }

    [Fact]
    public void Window_gives_the_extents_of_its_outputs()
    {
        var window = new Window(3, 5, 2, 3, Top: 1, Left: 0, Bottom: 2, Right: 4, DilationY: 2, DilationX: 1);
        Assert.Equal(4, window.OutputHeight(8));                     // (8 + 1 + 2 - 4 - 1) / 2 + 1
        Assert.Equal(4, window.OutputWidth(10));                     // (10 + 4 - 4 - 1) / 3 + 1
        Assert.Equal((7, 3), (new Window(1, 1).OutputHeight(7), new Window(1, 1).OutputWidth(3)));
        Assert.Equal((1, 1), (new Window(7, 3).OutputHeight(7), new Window(7, 3).OutputWidth(3)));
    }

    [Fact]
    public void Window_that_does_not_fit_says_on_which_side()
    {
        var window = new Window(3, 5, Top: 1, DilationX: 2);
        Assert.Equal("A window of 3 (dilation 1) does not fit an input height of 1 with padding 1 and 0.", Assert.Throws<ArgumentException>(() => window.OutputHeight(1)).Message);
        Assert.Equal("A window of 5 (dilation 2) does not fit an input width of 8 with padding 0 and 0.", Assert.Throws<ArgumentException>(() => window.OutputWidth(8)).Message);
        Assert.Contains("got kernel 3, stride 0, dilation 1, padding 0 and 0 (height)", Assert.Throws<ArgumentException>(() => new Window(3, 3, 0, 1).OutputHeight(9)).Message, StringComparison.Ordinal);
        Assert.Contains("got kernel 3, stride 1, dilation 1, padding -1 and 0 (width)", Assert.Throws<ArgumentException>(() => new Window(3, 3, Left: -1).OutputWidth(9)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new Window(2, 2, DilationX: int.MaxValue).OutputWidth(9));
    }
}
