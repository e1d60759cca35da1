using Phosphene.Objectives;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Objectives;

public sealed class DiversityObjectiveTests
{
    // Channels (1, 2) and (0, 1) have the Gram matrix [5 2; 2 1], of squared length 34; (1, 0) and (1, 1) have [1 1; 1 2], of 7. Their product is 11.
    private static readonly Shape Two = new(2, 2, 1, 2);
    private static readonly float[] Values = [1, 2, 0, 1, 1, 0, 1, 1];

    // An odd number of positions, channels and images.
    private static readonly Shape Several = new(5, 3, 2, 5);
    private static readonly float[] Numbers = Evaluate.Numbers(150, seed: 8);

    public static TheoryData<DiversityMeasure> Measures => [.. Enum.GetValues<DiversityMeasure>()];

    [Fact]
    public void Gram_is_minus_the_cosine_of_the_gram_matrices() =>
        Assert.Equal(-11 / MathF.Sqrt(34 * 7), Assert.Single(Known.Value(Objective.Diversity("a"), Two, Values)), 1e-6f);

    [Fact]
    public void Cosine_is_minus_that_of_the_activations() =>
        Assert.Equal(-2 / MathF.Sqrt(6 * 3), Assert.Single(Known.Value(Objective.Diversity("a", DiversityMeasure.Cosine), Two, Values)), 1e-6f);

    [Fact]
    public void Style_is_the_distance_of_the_gram_matrices_over_their_lengths() =>
        Assert.Equal((16f + 1 + 1 + 1) / (34 + 7), Assert.Single(Known.Value(Objective.Diversity("a", DiversityMeasure.Style), Two, Values)), 1e-6f);

    [Theory]
    [InlineData(DiversityMeasure.Gram, -3, 0)]
    [InlineData(DiversityMeasure.Cosine, -3, 0)]
    [InlineData(DiversityMeasure.Style, 0, 3)]
    public void It_is_least_where_all_images_are_alike_and_greatest_where_each_has_its_own_channel(DiversityMeasure by, float alike, float apart)
    {
        Objective diverse = Objective.Diversity("a", by);
        var shape = new Shape(4, 4, 1, 3);
        float[] same = [.. Enumerable.Repeat(Evaluate.Numbers(12, seed: 3), 4).SelectMany(image => image)];
        float[] own = [.. from n in Enumerable.Range(0, 4) from c in Enumerable.Range(0, 4) from x in Enumerable.Range(0, 3) select n == c ? 1f + x : 0];
        Assert.Equal(alike, Known.Value(diverse, shape, same)[0], 1e-5f);
        Assert.Equal(apart, Known.Value(diverse, shape, own)[0], 1e-5f);
    }

    [Fact]
    public void Gram_matrices_do_not_tell_where_something_is_and_activations_do()
    {
        float[] moved = [1, 2, 0, 5, 0, 1, 2, 1, 5, 0, 1, 0];         // the second image has the columns of the first in another order
        Assert.Equal(-1, Known.Value(Objective.Diversity("a"), new Shape(2, 2, 1, 3), [1, 2, 0, 5, 0, 1, 2, 0, 1, 0, 1, 5])[0], 1e-6f);
        Assert.InRange(Known.Value(Objective.Diversity("a", DiversityMeasure.Cosine), new Shape(2, 2, 1, 3), moved)[0], -0.9f, -0.1f);
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void A_step_along_the_gradient_makes_images_differ_more(DiversityMeasure by)
    {
        Objective diverse = Objective.Diversity("a", by);
        float[] gradient = Known.Gradient(diverse, Several, Numbers), moved = [.. Numbers.Zip(gradient, (x, g) => x + 0.01f * g)];
        Assert.True(Known.Value(diverse, Several, moved)[0] > Known.Value(diverse, Several, Numbers)[0]);
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void It_agrees_with_a_slow_reference_and_its_gradient_with_central_differences(DiversityMeasure by)
    {
        Objective diverse = Objective.Diversity("a", by);
        double[] values = [.. Numbers.Select(x => (double)x)];
        Assert.Equal(Reference(by, values), Known.Value(diverse, Several, Numbers)[0], 1e-5);
        float[] gradient = Known.Gradient(diverse, Several, Numbers);
        for (int i = 0; i < values.Length; i++)
        {
            const double h = 1e-5;
            double[] up = [.. values], down = [.. values];
            (up[i], down[i]) = (up[i] + h, down[i] - h);
            Assert.Equal((Reference(by, up) - Reference(by, down)) / (2 * h), gradient[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(16)]
    public void Batches_of_any_size_are_compared(int images)
    {
        float[] numbers = Evaluate.Numbers(images * 6, seed: 2);
        Assert.InRange(Known.Value(Objective.Diversity("a"), new Shape(images, 3, 1, 2), numbers)[0], -(images - 1), 0);
        Assert.InRange(Known.Value(Objective.Diversity("a"), new Shape(images, 6), numbers)[0], -(images - 1), 0);
    }

    [Theory]
    [MemberData(nameof(Measures))]
    public void Silent_images_are_a_number_with_a_finite_gradient(DiversityMeasure by)
    {
        Assert.True(float.IsFinite(Known.Value(Objective.Diversity("a", by), Two, new float[8])[0]));
        Assert.All(Known.Gradient(Objective.Diversity("a", by), Two, new float[8]), g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void It_joins_a_number_for_each_image() =>
        Assert.Equal([0.25f + 200 * 19 / 41f, 0.25f + 200 * 19 / 41f],
            Known.Value(0.5f * Objective.Channel("a", 1) + 200 * Objective.Diversity("a", DiversityMeasure.Style), Two, Values).Select((x, n) => n == 0 ? x : x - 0.25f), (a, b) => MathF.Abs(a - b) < 1e-4f);

    [Fact]
    public void What_is_varied_weighs_its_difference_by_what_it_reaches_and_takes_no_gradient_of_that()
    {
        // Channel 1 is 0.5 and 1, 0.75 on average.
        Objective channel = Objective.Channel("a", 1), varied = Objective.Varied(-2f * channel, "a", 0.1f, DiversityMeasure.Style);
        float[] values = Known.Value(varied, Two, Values);
        Assert.Equal(-1 + 0.1f * 1.5f * 19 / 41, values[0], 1e-6f);
        Assert.Equal(-2 + 0.1f * 1.5f * 19 / 41, values[1], 1e-6f);
        float[] expected = Known.Gradient(-2f * channel + 0.15f * Objective.Diversity("a", DiversityMeasure.Style), Two, Values);
        Assert.All(Known.Gradient(varied, Two, Values), (g, i) => Assert.Equal(expected[i], g, 1e-6f));
    }

    [Theory]
    [InlineData("diverse(a, style)", "diverse(a, style)")]
    [InlineData("a:0 + 2*diverse(a)", "a:0 + 2*diverse(a)")]
    [InlineData("each(diverse(a); a:0)", "diverse(a)")]
    public void A_batch_of_one_is_refused(string text, string blamed) =>
        Assert.Equal($"'{(blamed.Contains('+', StringComparison.Ordinal) ? "diverse(a)" : blamed)}' compares the images of a batch, and sees one; give a batch of 2 or more (--batch 4), and add it to each(...) rather than write it inside.",
            Assert.Throws<UsageException>(() => Objective.Parse(text).Build(Known.Of(new Shape(1, 2, 3, 4)))).Message);

    [Fact]
    public void Inside_each_it_sees_one_image_of_a_batch_too() =>
        Assert.Throws<UsageException>(() => Objective.Parse("each(diverse(a); a:0)").Build(Known.Of(new Shape(2, 2, 3, 4))));

    private static double Reference(DiversityMeasure by, double[] values)
    {
        (int images, int channels, int positions) = (5, 3, 10);
        double At(int n, int c, int p) => values[(n * channels + c) * positions + p];
        double[][] v = [.. Enumerable.Range(0, images).Select(n => by == DiversityMeasure.Cosine
            ? values[(n * channels * positions)..((n + 1) * channels * positions)]
            : [.. from i in Enumerable.Range(0, channels) from j in Enumerable.Range(0, channels) select Enumerable.Range(0, positions).Sum(p => At(n, i, p) * At(n, j, p))])];
        double Product(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
        double sum = 0;
        for (int m = 0; m < images; m++)
            for (int n = 0; n < images; n++)
                if (m != n)
                    sum += by == DiversityMeasure.Style
                        ? v[m].Zip(v[n], (x, y) => (x - y) * (x - y)).Sum() / (Product(v[m], v[m]) + Product(v[n], v[n]))
                        : -Product(v[m], v[n]) / Math.Sqrt(Product(v[m], v[m]) * Product(v[n], v[n]));
        return sum / images;
    }
}
