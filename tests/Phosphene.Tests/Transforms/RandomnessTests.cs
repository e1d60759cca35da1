using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Phosphene.Transforms;
using Xunit;

namespace Phosphene.Tests.Transforms;

/// <summary>What transforms draw each step. Seen through an image whose two channels are the row and the column of each pixel.</summary>
public sealed class RandomnessTests
{
    private const int Height = 23, Width = 31;

    private static readonly float[] Rows = [.. Enumerable.Range(0, Height * Width).Select(i => (float)(i / Width))];
    private static readonly float[] Columns = [.. Enumerable.Range(0, Height * Width).Select(i => (float)(i % Width))];

    [Fact]
    public void All_shifts_occur_and_no_others()
    {
        var shifts = Corners(Pipeline.Of(new Jitter(2)), seed: 3, steps: 200).ToHashSet();
        Assert.Equal([.. from y in Enumerable.Range(0, 3) from x in Enumerable.Range(0, 3) select ((float)y, (float)x)], shifts.Order());
    }

    [Fact]
    public void A_window_is_an_exact_copy_of_its_part_of_the_image()
    {
        Tensor x = Evaluate.Input(1, 1, 6, 9);
        var random = new RandomVariables();
        Tensor y = Pipeline.Of(new Jitter(3)).Apply(x, random);
        Assert.Equal(new Shape(1, 1, 3, 6), y.Shape);
        float[] image = [.. Enumerable.Range(0, 54).Select(i => (float)i)];
        foreach (float[] window in Evaluate.Steps(y, random, 1, [0, 1, 2, 3, 4, 5], (x, image)))
        {
            int corner = (int)window[0];
            Assert.Equal([.. from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 6) select (float)(corner + 9 * row + column)], window);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_windows_and_another_gives_others()
    {
        Pipeline pipeline = Pipeline.Of(new Jitter(8), new Rotate(Draw.Between(-5, 5)));
        Assert.Equal(Corners(pipeline, seed: 7, steps: 10), Corners(pipeline, seed: 7, steps: 10));
        Assert.NotEqual(Corners(pipeline, seed: 7, steps: 10), Corners(pipeline, seed: 8, steps: 10));
    }

    [Fact]
    public void A_draw_depends_on_the_step_and_not_on_the_steps_before()
    {
        Pipeline pipeline = Pipeline.Of(new Jitter(8));
        (float, float)[] inOrder = Corners(pipeline, seed: 7, steps: 10);
        Assert.Equal([inOrder[9], inOrder[2]], Corners(pipeline, 7, [9, 2]));
        Assert.True(inOrder.Distinct().Count() > 5);
    }

    [Fact]
    public void Rows_and_columns_are_shifted_independently() =>
        Assert.Contains(Corners(Pipeline.Of(new Jitter(8)), seed: 1, steps: 20), corner => corner.Y != corner.X);

    [Fact]
    public void Two_transforms_of_one_kind_draw_independently()
    {
        // Two equal shifts would add up to an even number in every step.
        (float Y, float X)[] corners = Corners(Pipeline.Of(new Jitter(8), new Jitter(8)), seed: 1, steps: 20);
        Assert.Contains(corners, corner => corner.Y % 2 == 1);
        Assert.Contains(corners, corner => corner.X % 2 == 1);
    }

    [Fact]
    public void The_batch_shares_one_draw()
    {
        Tensor x = Evaluate.Input(3, 2, Height, Width);
        var random = new RandomVariables();
        Tensor y = Pipeline.Of(new Jitter(8), new Scale(Draw.Between(0.9f, 1.1f)), new Rotate(Draw.Between(-9, 9))).Apply(x, random);
        int image = y.Shape.Count / 3;
        float[] places = [.. Rows, .. Columns];
        foreach (float[] seen in Evaluate.Steps(y, random, 1, [0, 1, 2, 3], (x, [.. places, .. places, .. places])))
        {
            Assert.Equal(seen[..image], seen[image..(2 * image)]);
            Assert.Equal(seen[..image], seen[(2 * image)..]);
        }
    }

    [Fact]
    public void A_range_is_drawn_from_all_of_it()
    {
        float[] factors = Numbers(Draw.Between(0.9f, 1.1f), steps: 400);
        Assert.All(factors, factor => Assert.InRange(factor, 0.9f, 1.1f));
        // Of 400 even draws each tenth of the range gets 40, with a standard deviation of 6.
        Assert.All(Enumerable.Range(0, 10), tenth => Assert.InRange(factors.Count(factor => (int)((factor - 0.9f) / 0.02f) == tenth), 15, 65));
        Assert.Equal(1, factors.Average(), 0.01);
    }

    [Fact]
    public void A_value_that_stands_three_times_in_a_list_is_thrice_as_likely()
    {
        float[] drawn = Numbers(Draw.OneOf(-2, 0, 0, 0), steps: 800);
        Assert.All(drawn, value => Assert.True(value is -2 or 0));
        // 600 of 800 are expected, with a standard deviation of 12.
        Assert.InRange(drawn.Count(value => value == 0), 540, 660);
    }

    [Fact]
    public void A_draw_that_cannot_be_made_is_refused()
    {
        Assert.Contains("got 2..1", Assert.Throws<UsageException>(() => Draw.Between(2, 1)).Message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => Draw.Between(0, float.PositiveInfinity));
        Assert.Throws<UsageException>(() => Draw.OneOf());
        Assert.Throws<UsageException>(() => Draw.OneOf(1, float.NaN));
    }

    private static (float Y, float X)[] Corners(Pipeline pipeline, ulong seed, int steps) => Corners(pipeline, seed, Enumerable.Range(0, steps).Select(i => (long)i));

    // The row and column of the image that the upper left pixel of the result shows, in each step.
    private static (float Y, float X)[] Corners(Pipeline pipeline, ulong seed, IEnumerable<long> steps)
    {
        Tensor x = Evaluate.Input(1, 2, Height, Width);
        var random = new RandomVariables();
        Tensor y = pipeline.Apply(x, random);
        return [.. Evaluate.Steps(y, random, seed, steps, (x, [.. Rows, .. Columns])).Select(seen => (seen[0], seen[seen.Length / 2]))];
    }

    private static float[] Numbers(Draw draw, int steps)
    {
        var random = new RandomVariables();
        Tensor drawn = draw.From(random, "number");
        return [.. Evaluate.Steps(drawn, random, seed: 5, Enumerable.Range(0, steps).Select(i => (long)i)).Select(value => value[0])];
    }
}
