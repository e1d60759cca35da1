using Phosphene.Optimizers;
using Phosphene.Runtime.Graphs;
using Xunit;

namespace Phosphene.Tests.Optimizers;

public sealed class NormalizedAscentTests
{
    [Fact]
    public void Each_image_moves_by_the_rate_along_its_own_gradient()
    {
        // Two images of two numbers: gradients (3, 4) and (0, -0.5), of lengths 5 and 0.5.
        using var climb = new Climb(new NormalizedAscent(10), new Shape(2, 2), [1, 1, 1, 1]);
        climb.Step(3, 4, 0, -0.5f);
        Assert.Equal([7, 9, 1, -9], climb.Values);
    }

    [Fact]
    public void By_the_mean_each_image_changes_by_the_rate_on_average()
    {
        // The means of |3|, |4|, |-5| and of 0, 0, 0.6 are 4 and 0.2.
        using var climb = new Climb(new NormalizedAscent(8, ByMean: true), new Shape(2, 3), [1, 1, 1, 1, 1, 1]);
        climb.Step(3, 4, -5, 0, 0, 0.6f);
        Assert.Equal([7, 9, -9, 1, 1, 25], climb.Values.Select(value => MathF.Round(value, 4)));
    }

    [Fact]
    public void The_batch_may_be_another_axis_than_the_first()
    {
        // A spectrum [2, N]: the first image has the gradient (3, 4), the second (0, -0.5).
        using var climb = new Climb(new NormalizedAscent(10), new Shape(2, 2), [1, 1, 1, 1], batchAxis: 1);
        climb.Step(3, 0, 4, -0.5f);
        Assert.Equal([7, 1, 9, -9], climb.Values);
    }

    [Fact]
    public void What_all_images_share_moves_by_the_rate_once()
    {
        using var climb = new Climb(new NormalizedAscent(5), new Shape(2, 2), [0, 0, 0, 0], batchAxis: null);
        climb.Step(1, 1, 1, 1);
        Assert.Equal([2.5f, 2.5f, 2.5f, 2.5f], climb.Values);
    }

    [Fact]
    public void The_length_is_that_of_the_whole_gradient_however_long()
    {
        const int length = 3 * 4096 + 5;                             // more parts than one thread moves
        using var climb = new Climb(new NormalizedAscent(2), new Shape(1, length), new float[length]);
        float[] gradient = [.. Evaluate.Numbers(length, seed: 3)];
        climb.Step(gradient);
        Assert.Equal(2, Math.Sqrt(climb.Values.Sum(value => (double)value * value)), 1e-4);
    }

    [Fact]
    public void Where_there_is_no_gradient_nothing_moves()
    {
        using var climb = new Climb(new NormalizedAscent(10), new Shape(2, 2), [1, 2, 3, 4]);
        Assert.True(climb.Step(0, 0, 0, 2));
        Assert.Equal([1, 2, 3, 14], climb.Values);
    }
}
