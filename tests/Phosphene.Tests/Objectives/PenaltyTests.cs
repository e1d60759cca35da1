using Phosphene.Objectives;
using Phosphene.Operators;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

/// <summary>Penalties on the image beyond total variation, L1 and L2.</summary>
public sealed class PenaltyTests
{
    // 1 2 4
    // 8 16 32
    private static readonly float[] Powers = [1, 2, 4, 8, 16, 32];

    private static readonly Shape Row = new(1, 1, 2, 3);

    public static TheoryData<string, double> Values => new()
    {
        // Of the pixels 1 and 2, which have one below and one to the right: (7, 1) and (14, 2).
        { "variation(2)", 49 + 1 + 196 + 4 },
        { "variation(1)", Math.Sqrt(50) + Math.Sqrt(200) },
        { "variation(4)", 2500 + 40000 },
        { "linf(2)", 30 },
        { "pnorm(1, 0)", 63 },
        { "pnorm(2, 2)", Math.Sqrt(1 + 0 + 4 + 36 + 196 + 900) },
        { "pnorm(6, 32)", Math.Pow(Math.Pow(31, 6) + Math.Pow(30, 6) + Math.Pow(28, 6) + Math.Pow(24, 6) + Math.Pow(16, 6), 1 / 6.0) },
        // All pixels are in reach of the middle ones, of the outer ones four: each counts half, the pixel itself whole.
        { "residual(soften(3))", 0.5 * (Sq(1, (1 + 0.5 * 26) / 2.5) + Sq(2, (2 + 0.5 * 61) / 3.5) + Sq(4, (4 + 0.5 * 50) / 2.5) + Sq(8, (8 + 0.5 * 19) / 2.5) + Sq(16, (16 + 0.5 * 47) / 3.5) + Sq(32, (32 + 0.5 * 22) / 2.5)) },
        { "residual(decay(0.5, 0))", (1 + 4 + 16 + 64 + 256 + 1024) / 8.0 },
        { "pervalue(l1(2))", 53 / 6.0 },
        { "0.5*pervalue(pnorm(6, 32) + linf(2))", 0.5 * (Math.Pow(Math.Pow(31, 6) + Math.Pow(30, 6) + Math.Pow(28, 6) + Math.Pow(24, 6) + Math.Pow(16, 6), 1 / 6.0) + 30) / 6 },
    };

    private static double Sq(double x, double y) => (x - y) * (x - y);

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_what_is_worked_out_by_hand(string text, double expected) => Assert.Equal(expected, Known.Value(Objective.Parse(text), Row, Powers)[0], 1e-5 * expected);

    [Fact]
    public void Images_of_a_batch_are_kept_apart()
    {
        var shape = new Shape(2, 2, 2, 3);
        float[] images = [.. Powers, .. Powers.Select(x => -x), .. Enumerable.Repeat(0.5f, 12)];
        foreach (string text in new[] { "variation(2)", "linf()", "pnorm(6)", "residual(blur(1))", "boundary(1)" })
        {
            float[] values = Known.Value(Objective.Parse(text), shape, images);
            Assert.Equal(2, values.Length);
            Assert.True(values[0] > 1, $"{text}: {values[0]}");
            Assert.Equal(0, values[1], 1e-9);
        }
    }

    [Theory]
    [InlineData("variation(2)")]
    [InlineData("variation(1)")]
    [InlineData("linf(0.4)")]
    [InlineData("pnorm(6)")]
    [InlineData("pnorm(1.5, 0.2)")]
    [InlineData("boundary(2)")]
    [InlineData("colours()")]
    [InlineData("pervalue(2*pnorm(3) + colours())")]
    public void The_gradient_agrees_with_central_differences(string text)
    {
        var shape = new Shape(2, 3, 6, 7);
        float[] x = Evaluate.Numbers(shape.Count, 1, 0, 1);
        Objective objective = Objective.Parse(text);
        float[] gradient = Known.Gradient(objective, shape, x);
        const float step = 1e-3f;
        for (int at = 0; at < x.Length; at += 13)
        {
            double difference = (Moved(at, step) - Moved(at, -step)) / (2.0 * step);
            Assert.Equal(difference, gradient[at], 2e-2 * Math.Max(0.2, Math.Abs(difference)));
        }

        double Moved(int at, float by)
        {
            float[] moved = [.. x];
            moved[at] += by;
            return Known.Value(objective, shape, moved).Average(value => (double)value);
        }
    }

    [Theory]
    [InlineData("residual(blur(0.8))", "blur(0.8)")]
    [InlineData("residual(bilateral(1, 0.3)|decay(0.1))", "bilateral(1, 0.3)|decay(0.1)")]
    public void What_is_taken_away_holds_the_changed_image_fixed_so_its_gradient_is_the_difference(string text, string operators)
    {
        var shape = new Shape(1, 3, 6, 7);
        float[] x = Evaluate.Numbers(shape.Count, 1, 0, 1), gradient = Known.Gradient(Objective.Parse(text), shape, x);
        var image = new Tensor(new Input(shape, "image"));
        float[] changed = Evaluate.Of(OperatorPipeline.Parse(operators).Apply(image), (image, x));
        for (int i = 0; i < x.Length; i++) Assert.Equal(x[i] - changed[i], gradient[i], 1e-6f);
    }

    [Theory]
    [InlineData("tv()")]
    [InlineData("variation(2)")]
    [InlineData("variation(1)")]
    [InlineData("l1()")]
    [InlineData("l2()")]
    [InlineData("linf()")]
    [InlineData("pnorm(6)")]
    [InlineData("residual(soften(3))")]
    [InlineData("residual(bilateral(1, 2))")]
    [InlineData("boundary(3)")]
    public void A_lone_bright_pixel_is_penalized_and_subtracting_darkens_it(string text)
    {
        var shape = new Shape(1, 1, 5, 7);
        float[] image = new float[35];
        Array.Fill(image, 0.5f);
        image[2 * 7 + 3] = 0.9f;
        Assert.True(Known.Value(Objective.Parse(text), shape, image)[0] > 0);
        Assert.True(Known.Gradient(-Objective.Parse(text), shape, image)[2 * 7 + 3] < 0);
    }

    [Theory]
    [InlineData("variation(1)")]
    [InlineData("variation(2)")]
    [InlineData("linf()")]
    [InlineData("pnorm(6)")]
    [InlineData("boundary()")]
    [InlineData("residual(bilateral(1, 0.1))")]
    public void A_grey_image_has_no_penalty_and_a_gradient_of_zeros(string text)
    {
        var shape = new Shape(1, 3, 4, 5);
        float[] grey = [.. Enumerable.Repeat(0.5f, 60)];
        Assert.Equal(0, Known.Value(Objective.Parse(text), shape, grey)[0], 1e-12);
        Assert.All(Known.Gradient(Objective.Parse(text), shape, grey), value => Assert.Equal(0, value, 1e-6f));
    }

    [Fact]
    public void A_norm_of_a_high_power_is_neither_too_large_nor_too_small_for_single_precision()
    {
        Assert.Equal(2e-5, Known.Value(Objective.Norm(100, 0), Row, [1e-5f, 2e-5f, 0, 0, 1e-5f, 0])[0], 1e-9);
        Assert.Equal(3e9, Known.Value(Objective.Norm(100, 0), Row, [1e5f, 3e9f, 0, 0, 0, 0])[0], 1e3);
    }

    [Fact]
    public void The_boundary_is_as_wide_as_it_says_and_no_wider()
    {
        // A bright pixel in the middle of 5 x 7 is 2 pixels from two sides and 3 from the others. Its blur of 5 pixels reaches the border.
        float[] image = [.. Enumerable.Repeat(0.5f, 35)];
        image[17] = 1;
        float[] two = Known.Value(Objective.Boundary(2), new Shape(1, 1, 5, 7), image), three = Known.Value(Objective.Boundary(3), new Shape(1, 1, 5, 7), image);
        Assert.True(two[0] < 0.1f && two[0] > 0, $"{two[0]}");
        Assert.True(three[0] > 0.2f, $"{three[0]}");                // 0.8 · 0.5² of the pixel itself
        Assert.Equal(0, Known.Value(Objective.Boundary(0), new Shape(1, 1, 5, 7), image)[0]);
    }

    [Fact]
    public void The_distance_of_a_colour_is_that_of_mahalanobis()
    {
        // C = R·Rᵀ of Lucid's root; the distance of μ + R·(1, -2, 3) is 1 + 4 + 9.
        float[] offsets = [0.26f - 0.18f + 0.06f, 0.27f - 0.15f, 0.27f + 0.18f + 0.09f];
        Assert.Equal(14, Known.Value(Objective.Colours(), new Shape(1, 3, 1, 1), [0.48f + offsets[0], 0.46f + offsets[1], 0.41f + offsets[2]])[0], 1e-3);
        Assert.Equal(0, Known.Value(Objective.Colours(), new Shape(1, 3, 1, 1), [0.48f, 0.46f, 0.41f])[0], 1e-9);
    }

    [Fact]
    public void Colours_are_three() =>
        Assert.Contains("4 channels", Assert.Throws<UsageException>(() => Objective.Colours().Build(Known.Of(new Shape(1, 4, 2, 2)))).Message, StringComparison.Ordinal);

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Throws<UsageException>(() => Objective.Variation(0));
        Assert.Throws<UsageException>(() => Objective.Norm(0.5f));
        Assert.Throws<UsageException>(() => Objective.Boundary(-1));
        Assert.Throws<UsageException>(() => Objective.Residual());
    }
}
