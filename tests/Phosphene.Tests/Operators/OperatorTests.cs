using Phosphene.Operators;
using Phosphene.Runtime.Graphs;
using Phosphene.Syntax;
using Xunit;

namespace Phosphene.Tests.Operators;

public sealed class OperatorTests
{
    public static TheoryData<int, int> Sizes => new() { { 9, 14 }, { 13, 7 }, { 1, 5 }, { 6, 1 }, { 17, 33 } };

    private static float[] Apply(string text, Shape shape, float[] image)
    {
        var x = new Tensor(new Input(shape, "x"));
        return Evaluate.Of(OperatorPipeline.Parse(text).Apply(x), (x, image));
    }

    // Two images of three channels, which have nothing to do with each other.
    private static void Agrees(string text, int height, int width, Func<double[], double[]> reference, double tolerance)
    {
        int size = 3 * height * width;
        float[] images = Evaluate.Numbers(2 * size, seed: height, low: 0, high: 1), found = Apply(text, new Shape(2, 3, height, width), images);
        for (int n = 0; n < 2; n++)
        {
            double[] expected = reference([.. images.Skip(n * size).Take(size).Select(value => (double)value)]);
            for (int i = 0; i < size; i++) Assert.Equal(expected[i], found[n * size + i], tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_blur_agrees_with_the_definition_in_two_dimensions(int height, int width)
    {
        Agrees("blur(0.7)", height, width, image => OperatorReference.Blur(image, 3, height, width, 0.7f), 1e-6);
        Agrees("blur(3)", height, width, image => OperatorReference.Blur(image, 3, height, width, 3), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Softening_agrees_with_the_definition_in_two_dimensions(int height, int width)
    {
        Agrees("soften", height, width, image => OperatorReference.Soften(image, 3, height, width, 3), 1e-6);
        Agrees("soften(5)", height, width, image => OperatorReference.Soften(image, 3, height, width, 5), 1e-6);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_bilateral_filter_agrees_with_the_definition(int height, int width)
    {
        Agrees("bilateral(1, 0.2)", height, width, image => OperatorReference.Bilateral(image, 3, height, width, 1, 0.2f), 1e-5);
        Agrees("bilateral(2.2, 0.5)", height, width, image => OperatorReference.Bilateral(image, 3, height, width, 2.2f, 0.5f), 1e-5);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_levels_of_the_pyramid_agree_with_the_definition(int height, int width)
    {
        Agrees("laplacian(1)", height, width, image => OperatorReference.Laplacian(image, 3, height, width, 1), 1e-4);
        Agrees("laplacian", height, width, image => OperatorReference.Laplacian(image, 3, height, width, 4), 1e-4);
    }

    [Fact]
    public void Without_its_division_the_pyramid_would_be_the_image_so_one_of_a_size_stays_what_it_is()
    {
        // One pixel has no levels: it is divided by its own size.
        Assert.Equal([1, -1], Apply("laplacian(4)", new Shape(2, 1, 1, 1), [5, -0.1f]));
    }

    [Fact]
    public void A_bilateral_filter_keeps_an_edge_that_a_blur_does_not()
    {
        float[] edge = [.. Enumerable.Range(0, 8 * 12).Select(i => i % 12 < 6 ? 0.1f : 0.9f)];
        Assert.All(Apply("bilateral(2, 0.05)", new Shape(1, 1, 8, 12), edge).Zip(edge), pair => Assert.Equal(pair.Second, pair.First, 1e-5f));
        Assert.True(Apply("blur(2)", new Shape(1, 1, 8, 12), edge)[5] > 0.3f);
    }

    [Theory]
    [InlineData("blur(2)")]
    [InlineData("soften(7)")]
    [InlineData("bilateral(2, 0.1)")]
    public void At_the_border_a_constant_stays_what_it_is(string text) =>
        Assert.All(Apply(text, new Shape(1, 2, 5, 9), [.. Enumerable.Repeat(0.3f, 90)]), value => Assert.Equal(0.3f, value, 1e-6f));

    [Theory]
    [InlineData("blur(1.3)")]
    [InlineData("soften(5)")]
    [InlineData("decay(0.3, 0)")]
    [InlineData("soften|blur(0.6)")]
    public void The_gradient_of_a_linear_operator_is_its_adjoint(string text)
    {
        var shape = new Shape(2, 3, 9, 14);
        var x = new Tensor(new Input(shape, "x"));
        float[] a = Evaluate.Numbers(shape.Count, seed: 1), b = Evaluate.Numbers(shape.Count, seed: 2);
        Tensor y = OperatorPipeline.Parse(text).Apply(x), gradient = Gradients.Of((y * Tensor.Constant(shape, b)).Sum(), [x])[0];
        float[][] found = Evaluate.All([y, gradient], (x, a));
        Assert.Equal(Evaluate.Dot(found[0], b), Evaluate.Dot(a, found[1]), 1e-4);
    }

    [Theory]
    [InlineData("bilateral(1, 0.5)")]
    [InlineData("laplacian(2)")]
    [InlineData("normalize(l2)")]
    [InlineData("normalize(mean)")]
    [InlineData("normalize(std)")]
    [InlineData("limit(0.5)")]
    [InlineData("clip(-0.5, 0.6)")]
    public void The_gradient_of_any_other_agrees_with_central_differences(string text)
    {
        var shape = new Shape(2, 2, 5, 7);
        var x = new Tensor(new Input(shape, "x"));
        float[] a = Evaluate.Numbers(shape.Count, seed: 1), b = Evaluate.Numbers(shape.Count, seed: 2);
        Tensor sum = (OperatorPipeline.Parse(text).Apply(x) * Tensor.Constant(shape, b)).Sum();
        float[] gradient = Evaluate.Of(Gradients.Of(sum, [x])[0], (x, a));
        const float step = 1e-2f;
        for (int at = 0; at < a.Length; at += 11)
        {
            if (text.StartsWith("clip", StringComparison.Ordinal) && (Math.Abs(a[at] + 0.5) <= step || Math.Abs(a[at] - 0.6) <= step)) continue;      // at a kink
            double difference = (Moved(at, step) - Moved(at, -step)) / (2 * step);
            Assert.Equal(difference, gradient[at], 5e-3 * Math.Max(1, Math.Abs(difference)));
        }

        double Moved(int at, float by)
        {
            float[] moved = [.. a];
            moved[at] += by;
            return Evaluate.Of(sum, (x, moved))[0];
        }
    }

    [Fact]
    public void Each_image_is_divided_by_its_own_size()
    {
        var shape = new Shape(2, 1, 1, 2);
        Assert.Equal([0.6f, -0.8f, 0, 1], Apply("normalize", shape, [3, -4, 0, 0.5f]));
        Assert.Equal([6 / 7f, -8 / 7f, 0, 2], Apply("normalize(mean)", shape, [3, -4, 0, 0.5f]));
        // The standard deviation of 1 and 5 is 2, and that of 7 and 8 is 0.5.
        Assert.Equal([0.5f, 2.5f, 14, 16], Apply("normalize(std)", shape, [1, 5, 7, 8]));
    }

    [Theory]
    [InlineData("normalize(l2)")]
    [InlineData("normalize(mean)")]
    [InlineData("normalize(std)")]
    [InlineData("laplacian(3)")]
    [InlineData("limit(1)")]
    public void An_image_of_nothing_stays_one(string text) => Assert.Equal(new float[24], Apply(text, new Shape(1, 2, 3, 4), new float[24]));

    [Fact]
    public void Only_an_image_that_is_too_long_becomes_shorter() =>
        Assert.Equal([3, -4, 6, 8], Apply("limit(10)", new Shape(2, 1, 2, 1), [3, -4, 12, 16]));

    [Fact]
    public void Clipping_and_decay_are_what_they_say()
    {
        var shape = new Shape(1, 1, 2, 2);
        Assert.Equal([0, 0.25f, 1, 1], Apply("clip", shape, [-1, 0.25f, 1, 3]));
        Assert.Equal([-0.625f, 0.3125f, 0.875f, 2.375f], Apply("decay(0.25)", shape, [-1, 0.25f, 1, 3]));
        Assert.Equal([-0.5f, 0.125f, 0.5f, 1.5f], Apply("decay(0.5, centre: 0)", shape, [-1, 0.25f, 1, 3]));
    }

    [Fact]
    public void A_pipeline_goes_from_left_to_right()
    {
        var shape = new Shape(1, 1, 1, 2);
        Assert.Equal([0.5f, 1], Apply("clip(0, 1)|decay(0.5, 0)|clip(0, 1)|decay(0, 0)", shape, [1, 2.5f]).Zip([0, 0.5f], (a, b) => a + b));
        Assert.Equal([1f, 2f], Apply("none", shape, [1, 2]));
    }

    [Theory]
    [InlineData(1, "clip(0, 1)")]
    [InlineData(4, "blur(1)|clip(0, 1)")]
    [InlineData(6, "clip(0, 1)|decay(0.5)|soften")]
    [InlineData(12, "blur(1)|clip(0, 1)|decay(0.5)|soften")]
    public void Every_so_many_steps_some_operators_act(int steps, string expected) =>
        Assert.Equal(expected, OperatorPipeline.Parse("every(4, blur(1))|clip|every(3, every(2, decay(0.5)|soften))").After(steps).ToString());

    [Theory]
    [InlineData("blur(0)", "A number from 0.1 to 100 is expected for the sigma of blur(; 0 is outside.")]
    [InlineData("soften(4)", "soften(4) needs an odd width of at least 3 pixels, as 3 or 5.")]
    [InlineData("clip(1, 1)", "clip(1, 1) needs a lower limit below the upper one.")]
    [InlineData("every(2)", "',' is expected after the steps of every(, and then the operators; found ')'.")]
    [InlineData("bluer(1)", "There is no image operator 'bluer'; did you mean 'blur'?")]
    [InlineData("every(2, none)", "'none' stands alone; leave it out of a pipeline with image operators.")]
    public void What_cannot_be_is_refused(string text, string message)
    {
        TextFormatException error = Assert.Throws<TextFormatException>(() => OperatorPipeline.Parse(text));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void A_blur_of_no_size_is_refused_in_code_too()
    {
        Tensor image = Evaluate.Input(1, 3, 4, 5);
        Assert.Throws<UsageException>(() => new GaussianBlur(0).Apply(image));
        Assert.Throws<UsageException>(() => new BilateralFilter(1, 0).Apply(image));
        Assert.Throws<UsageException>(() => new Every(3, OperatorPipeline.Of(new Decay(0.1f))).Apply(image));
    }
}
