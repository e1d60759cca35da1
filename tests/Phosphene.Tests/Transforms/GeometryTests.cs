using Phosphene.Runtime.Graphs;
using Phosphene.Transforms;
using Xunit;
using Pad = Phosphene.Transforms.Pad;

namespace Phosphene.Tests.Transforms;

/// <summary>Where each transform takes the pixels of a small image, worked out by hand. Outside is mid-grey.</summary>
public sealed class GeometryTests
{
    private static readonly float[] TwoByThree = [1, 2, 3, 4, 5, 6];

    // cos 90° is 4e-8 in single precision, so a turn blends in up to 1e-6 of a neighbour; numbers here are up to 35.
    private const float Tolerance = 1e-4f;

    [Fact]
    public void Pad_adds_a_grey_border_on_each_side()
    {
        const float g = 0.5f;
        AssertEqual([g, g, g, g, g, g, 1, 2, 3, g, g, 4, 5, 6, g, g, g, g, g, g], Apply(new Pad(1), 2, 3, TwoByThree, 4, 5));
    }

    [Fact]
    public void Pad_of_zero_pixels_is_the_identity() => AssertEqual(TwoByThree, Apply(new Pad(0), 2, 3, TwoByThree, 2, 3));

    [Fact]
    public void Jitter_of_zero_pixels_is_the_identity() => AssertEqual(TwoByThree, Apply(new Jitter(0), 2, 3, TwoByThree, 2, 3));

    [Fact]
    public void What_is_rolled_out_on_one_side_comes_in_on_the_other()
    {
        Tensor x = Evaluate.Input(1, 1, 3, 4);
        var random = new RandomVariables();
        Tensor y = new Roll(2).Apply(x, random);
        Assert.Equal(x.Shape, y.Shape);
        float[] count = Count(12);
        float[][] rolled = Evaluate.Steps(y, random, 1, Enumerable.Range(0, 200).Select(step => (long)step), (x, count));
        string[] shifts = [.. from dy in Enumerable.Range(-2, 5) from dx in Enumerable.Range(-2, 5) select string.Join(' ', from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 4) select count[(row + dy + 3) % 3 * 4 + (column + dx + 4) % 4])];
        Assert.All(rolled, image => Assert.Contains(string.Join(' ', image), shifts));
        Assert.Equal(shifts.Distinct().Count(), rolled.Select(image => string.Join(' ', image)).Distinct().Count());
        AssertEqual(TwoByThree, Apply(new Roll(0), 2, 3, TwoByThree, 2, 3));
        Assert.Throws<Phosphene.Syntax.UsageException>(() => new Roll(3).Apply(Evaluate.Input(1, 1, 2, 8), random));
    }

    [Fact]
    public void Crop_cuts_the_middle_out_height_before_width()
    {
        // Of rows 0 to 4 and columns 0 to 7: 2 rows from row 1, 3 columns from column 2.
        AssertEqual([10, 11, 12, 18, 19, 20], Apply(new Crop(2, 3), 5, 8, Count(40), 2, 3));
    }

    [Fact]
    public void Crop_to_the_original_size_undoes_a_pad()
    {
        Tensor x = Evaluate.Input(1, 1, 3, 5);
        Tensor y = Pipeline.Of(new Pad(4), new Crop()).Apply(x, new RandomVariables());
        Assert.Equal(new Shape(1, 1, 3, 5), y.Shape);
        AssertEqual(Count(15), Evaluate.Of(y, (x, Count(15))));
    }

    [Fact]
    public void A_scale_above_one_enlarges_about_the_centre()
    {
        // 3 x 5, centre 7: doubled, the pixel left of the centre stands two to the left; above the centre, two above would be outside.
        float[] zoomed = Apply(new Scale(Draw.OneOf(2)), 3, 5, Count(15), 3, 5);
        AssertEqual([3.5f, 4, 4.5f, 5, 5.5f, 6, 6.5f, 7, 7.5f, 8, 8.5f, 9, 9.5f, 10, 10.5f], zoomed);
    }

    [Fact]
    public void A_scale_below_one_shrinks_about_the_centre_and_leaves_grey()
    {
        const float g = 0.5f;
        float[] small = Apply(new Scale(Draw.OneOf(0.5f)), 5, 7, Count(35), 5, 7);
        AssertEqual([g, g, g, g, g, g, g, g, g, 1, 3, 5, g, g, g, g, 15, 17, 19, g, g, g, g, 29, 31, 33, g, g, g, g, g, g, g, g, g], small);
    }

    [Fact]
    public void A_scale_of_one_is_the_identity() => AssertEqual(Count(28), Apply(new Scale(Draw.OneOf(1)), 4, 7, Count(28), 4, 7));

    [Fact]
    public void A_turn_by_90_degrees_takes_the_right_to_the_top()
    {
        // 3 x 5, turned counter-clockwise into a frame of its own size: the middle three columns become rows, rightmost first.
        const float g = 0.5f;
        float[] turned = Apply(new Rotate(Draw.OneOf(90)), 3, 5, Count(15), 3, 5);
        AssertEqual([g, 3, 8, 13, g, g, 2, 7, 12, g, g, 1, 6, 11, g], turned);
    }

    [Fact]
    public void A_turn_by_180_degrees_reverses_rows_and_columns() =>
        AssertEqual([.. Count(28).Reverse()], Apply(new Rotate(Draw.OneOf(180)), 4, 7, Count(28), 4, 7));

    [Theory]
    [InlineData(10)]
    [InlineData(-10)]
    [InlineData(70)]
    public void A_turn_is_counter_clockwise_as_one_looks_at_it(float degrees)
    {
        // A spot 6 pixels to the right of the centre of a 25 x 41 image moves to angle degrees, counted from the right towards the top.
        const int height = 25, width = 41;
        float[] spot = new float[height * width];
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                spot[y * width + x] = 0.5f + MathF.Exp(-(MathF.Pow(y - 12, 2) + MathF.Pow(x - 26, 2)) / 8);
        float[] turned = Apply(new Rotate(Draw.OneOf(degrees)), height, width, spot, height, width);

        double sum = 0, row = 0, column = 0;
        for (int i = 0; i < turned.Length; i++)
        {
            sum += turned[i] - 0.5;
            row += i / width * (turned[i] - 0.5);
            column += i % width * (turned[i] - 0.5);
        }
        double angle = degrees * Math.PI / 180;
        // Reading between pixels keeps the middle of a smooth spot to a hundredth of a pixel; any wrong sign is off by 2 or more.
        Assert.Equal(12 - 6 * Math.Sin(angle), row / sum, 0.05);
        Assert.Equal(20 + 6 * Math.Cos(angle), column / sum, 0.05);
    }

    [Fact]
    public void Every_channel_and_image_is_moved_alike()
    {
        Tensor x = Evaluate.Input(2, 3, 4, 6);
        var random = new RandomVariables();
        Tensor y = Pipeline.Of(new Rotate(Draw.OneOf(20)), new Scale(Draw.OneOf(1.3f))).Apply(x, random);
        float[] image = Evaluate.Numbers(24);
        float[] moved = Evaluate.Steps(y, random, 1, [0], (x, [.. image, .. image, .. image, .. image, .. image, .. image]))[0];
        for (int plane = 1; plane < 6; plane++) Assert.Equal(moved[..24], moved[(24 * plane)..(24 * plane + 24)]);
        Assert.NotEqual(image, moved[..24]);
    }

    private static float[] Apply(ITransform transform, int height, int width, float[] image, int newHeight, int newWidth)
    {
        Tensor x = Evaluate.Input(1, 1, height, width);
        var random = new RandomVariables();
        Tensor y = Pipeline.Of(transform).Apply(x, random);
        Assert.Equal(new Shape(1, 1, newHeight, newWidth), y.Shape);
        return Evaluate.Steps(y, random, seed: 1, [0], (x, image))[0];
    }

    // 0, 1, 2, ... row by row.
    private static float[] Count(int count) => [.. Enumerable.Range(0, count).Select(i => (float)i)];

    private static void AssertEqual(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) < Tolerance, $"Number {i} is {actual[i]}, should be {expected[i]}: {string.Join(' ', actual)}");
    }
}
